package io.keymoor.cli.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code keymoor task list}. */
@Command(name = "list", description = "List tasks, newest first.", mixinStandardHelpOptions = true)
final class TaskList implements Runnable {
  private final Session session;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "At most so many (default 20).")
  private int limit = 20;

  TaskList(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode answer = session.manager().tasks().list(limit);
    Table table = new Table("ID", "KIND", "OBJECT", "STATE", "PHASE", "STARTED", "ENDED");
    for (JsonNode task : Fields.list(answer, "tasks")) {
      table.row(
          Fields.text(task, "id"),
          Fields.text(task, "kind"),
          Fields.text(task, "object.name"),
          Fields.state(task, "state"),
          phase(task),
          Fields.instant(task, "started"),
          Fields.instant(task, "ended"));
    }
    session.print(answer, table, "There is no task.");
  }

  /** Of a paused one also where it stands. */
  private static String phase(JsonNode task) {
    String phase = Fields.text(task, "phase");
    long total = task.path("total").asLong();
    return Fields.state(task, "state").equals("paused") && total > 0
        ? phase + " (" + 100 * task.path("done").asLong() / total + " %)"
        : phase;
  }
}
