package io.keymoor.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Table;
import picocli.CommandLine.Command;

/** {@code keymoor cluster list}. */
@Command(name = "list", description = "List clusters.", mixinStandardHelpOptions = true)
final class ClusterList implements Runnable {
  private final Session session;

  ClusterList(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode answer = session.manager().clusters();
    Table table = new Table("NAME", "DEFAULT PROVIDER", "HOSTS", "UUID");
    for (JsonNode cluster : Fields.list(answer, "clusters")) {
      String provider = Fields.text(cluster, "default_provider.name");
      table.row(
          Fields.text(cluster, "name"),
          provider.isEmpty() ? Fields.text(cluster, "default_provider") : provider,
          Fields.count(cluster, "hosts"),
          Fields.text(cluster, "id"));
    }
    session.print(answer, table, "There is no cluster. Create one: keymoor cluster create NAME");
  }
}
