package io.keymoor.cli.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code keymoor provider usage}. */
@Command(
    name = "usage",
    description = "Show which VMs and hosts use a key provider.",
    mixinStandardHelpOptions = true)
final class ProviderUsage implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
  private String provider = "";

  ProviderUsage(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode answer = session.manager().providerUsage(provider);
    Table table = new Table("OBJECT", "NAME", "KIND", "PARTS", "KEY ID");
    for (JsonNode vm : Fields.list(answer, "vms")) {
      table.row(
          "vm",
          Fields.text(vm, "name"),
          Fields.state(vm, "kind").replace('_', ' '),
          Fields.names(vm, "parts"),
          Fields.text(vm, "key_id"));
    }
    for (JsonNode host : Fields.list(answer, "hosts")) {
      table.row("host", name(host), "host key", "", Fields.text(host, "key_id"));
    }
    session.print(answer, table, "Nothing uses " + provider + ".");
  }

  private static String name(JsonNode host) {
    return host.isTextual() ? host.asText() : Fields.text(host, "name");
  }
}
