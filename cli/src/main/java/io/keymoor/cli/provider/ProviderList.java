package io.keymoor.cli.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Table;
import picocli.CommandLine.Command;

/** {@code keymoor provider list}. */
@Command(name = "list", description = "List key providers.", mixinStandardHelpOptions = true)
final class ProviderList implements Runnable {
  private final Session session;

  ProviderList(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode answer = session.manager().providers();
    Table table =
        new Table("NAME", "TYPE", "HEALTH", "BACKED UP", "DEFAULT", "KEY CHECK", "VMS", "HOSTS");
    for (JsonNode provider : Fields.list(answer, "providers")) {
      table.row(
          Fields.text(provider, "provider"),
          Fields.state(provider, "type"),
          Fields.state(provider, "health"),
          ProviderShow.isStandard(provider)
              ? ""
              : Fields.flag(provider, "native_info.backed_up") ? "yes" : "no",
          ProviderShow.defaults(provider),
          Fields.text(provider, "native_info.key_id"),
          Fields.count(provider, "usage.vms"),
          Fields.count(provider, "usage.hosts"));
    }
    session.print(
        answer, table, "There is no key provider. Create one: keymoor provider create native NAME");
  }
}
