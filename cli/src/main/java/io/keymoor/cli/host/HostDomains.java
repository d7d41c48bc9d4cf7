package io.keymoor.cli.host;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code keymoor host domains}. */
@Command(
    name = "domains",
    description = "List the libvirt domains of a host, registered or not.",
    mixinStandardHelpOptions = true)
final class HostDomains implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "HOST", description = "The host's name or UUID.")
  private String host = "";

  HostDomains(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode answer = session.manager().domains(host);
    Table table = new Table("NAME", "REGISTERED", "POWER", "UUID");
    for (JsonNode domain : Fields.list(answer, "domains")) {
      table.row(
          Fields.text(domain, "name"),
          Fields.flag(domain, "registered") ? "yes" : "no",
          Fields.state(domain, "power"),
          Fields.text(domain, "id"));
    }
    session.print(answer, table, "libvirt on " + host + " knows no domain.");
  }
}
