package io.keymoor.cli.host;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Table;
import picocli.CommandLine.Command;

/** {@code keymoor host token list}. */
@Command(
    name = "list",
    description = "List the tokens and what became of them; never the tokens themselves.",
    mixinStandardHelpOptions = true)
final class HostTokenList implements Runnable {
  private final Session session;

  HostTokenList(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode answer = session.manager().joinTokens();
    Table table = new Table("ID", "FOR", "VALID UNTIL", "USED BY", "CREATED BY");
    for (JsonNode token : Fields.list(answer, "tokens")) {
      table.row(
          Fields.text(token, "id"),
          Fields.text(token, "for"),
          Fields.instant(token, "expires"),
          Fields.text(token, "used_by"),
          Fields.text(token, "created_by"));
    }
    session.print(answer, table, "There is no join token. Make one: keymoor host token create");
  }
}
