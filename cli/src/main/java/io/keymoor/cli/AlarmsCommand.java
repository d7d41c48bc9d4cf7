package io.keymoor.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Table;
import picocli.CommandLine.Command;

/** {@code keymoor alarms}. */
@Command(
    name = "alarms",
    description = "What an administrator should see to now, the worst first.",
    mixinStandardHelpOptions = true)
final class AlarmsCommand implements Runnable {
  private final Session session;

  AlarmsCommand(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode answer = session.manager().bulk().alarms();
    Table table = new Table("SEVERITY", "ALARM", "OBJECT", "NAME", "WHAT IS WRONG");
    for (JsonNode alarm : Fields.list(answer, "alarms")) {
      table.row(
          Fields.text(alarm, "severity"),
          Fields.text(alarm, "code"),
          Fields.text(alarm, "object.type"),
          Fields.text(alarm, "object.name"),
          Fields.text(alarm, "detail"));
    }
    session.print(answer, table, "There is no alarm.");
  }
}
