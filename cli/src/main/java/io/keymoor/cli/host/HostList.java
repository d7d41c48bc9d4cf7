package io.keymoor.cli.host;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Table;
import picocli.CommandLine.Command;

/** {@code keymoor host list}. */
@Command(name = "list", description = "List hosts.", mixinStandardHelpOptions = true)
final class HostList implements Runnable {
  private final Session session;

  HostList(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode answer = session.manager().hosts();
    Table table =
        new Table("NAME", "CLUSTER", "STATE", "ENCRYPTION MODE", "TPM", "VMS", "LAST SEEN");
    for (JsonNode host : Fields.list(answer, "hosts")) {
      table.row(
          Fields.text(host, "name"),
          HostShow.cluster(host),
          Fields.state(host, "state"),
          Fields.state(host, "encryption_mode"),
          Fields.state(host, "attestation"),
          Fields.count(host, "vms"),
          Fields.instant(host, "last_seen"));
    }
    session.print(answer, table, "There is no host. Let one join: keymoor host token create");
  }
}
