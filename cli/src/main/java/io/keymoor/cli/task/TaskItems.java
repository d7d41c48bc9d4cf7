package io.keymoor.cli.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Table;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor task items}. */
@Command(
    name = "items",
    description = "The result of every object of a task over many.",
    mixinStandardHelpOptions = true)
final class TaskItems implements Runnable {
  private static final int PAGE = 1000;

  private final Session session;

  @Parameters(paramLabel = "TASK", description = "The task's id.")
  private String task = "";

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Only those in this state: waiting, open, ok, failed or skipped.")
  private Optional<String> state = Optional.empty();

  TaskItems(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    ArrayNode list = all.putArray("items");
    Table table = new Table("OBJECT", "NAME", "STATE", "WHY");
    long after = -1;
    List<JsonNode> page;
    do {
      page = Fields.list(session.manager().bulk().items(task, state, after, PAGE), "items");
      for (JsonNode item : page) {
        after = item.path("position").asLong();
        list.add(item);
        table.row(
            Fields.text(item, "object.type"),
            Fields.text(item, "object.name"),
            Fields.text(item, "state"),
            Fields.text(item, "state").equals("ok") ? "" : Fields.text(item, "detail"));
      }
    } while (page.size() == PAGE);
    session.print(all, table, "There is no such object.");
  }
}
