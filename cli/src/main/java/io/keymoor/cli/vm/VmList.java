package io.keymoor.cli.vm;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Table;
import picocli.CommandLine.Command;

/** {@code keymoor vm list}. */
@Command(name = "list", description = "List virtual machines.", mixinStandardHelpOptions = true)
final class VmList implements Runnable {
  private final Session session;

  VmList(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode answer = session.manager().vms();
    Table table = new Table("NAME", "HOST", "POWER", "ENCRYPTION", "KEYS", "VTPM", "PROVIDER");
    for (JsonNode vm : Fields.list(answer, "vms")) {
      table.row(
          Fields.text(vm, "name"),
          VmShow.host(vm),
          Fields.state(vm, "power"),
          Fields.state(vm, "encryption").replace('_', ' '),
          VmShow.keys(vm),
          Fields.flag(vm, "vtpm") ? "yes" : "no",
          VmShow.providers(vm));
    }
    session.print(answer, table, "There is no VM. Register one: keymoor vm register DOMAIN");
  }
}
