package io.keymoor.cli.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Table;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code keymoor audit list}. */
@Command(name = "list", description = "List audit events.", mixinStandardHelpOptions = true)
final class AuditList implements Runnable {
  private final Session session;

  @Option(names = "--after", paramLabel = "ID", description = "Only events after this one.")
  private Optional<String> after = Optional.empty();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "At most so many (default 100).")
  private int limit = 100;

  AuditList(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode answer = session.manager().audit(after, limit);
    Table table =
        new Table("ID", "AT", "ACTOR", "ACTION", "OBJECT", "PROVIDER", "KEY ID", "RESULT");
    for (JsonNode event : Fields.list(answer, "events")) {
      String provider = Fields.text(event, "provider.name");
      table.row(
          Fields.text(event, "id"),
          Fields.instant(event, "at"),
          Fields.text(event, "actor"),
          Fields.text(event, "action"),
          Fields.text(event, "object.name"),
          provider.isEmpty() ? Fields.text(event, "provider") : provider,
          Fields.text(event, "key_id"),
          Fields.text(event, "result"));
    }
    session.print(answer, table, "There is no audit event.");
  }
}
