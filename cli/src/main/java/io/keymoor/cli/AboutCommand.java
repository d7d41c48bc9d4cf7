package io.keymoor.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Facts;
import picocli.CommandLine.Command;

/** {@code keymoor about}. */
@Command(
    name = "about",
    description = "Show which manager this context leads to.",
    mixinStandardHelpOptions = true)
final class AboutCommand implements Runnable {
  private final Session session;

  AboutCommand(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode answer = session.manager().about();
    session.print(
        answer,
        new Facts()
            .add("Product", Fields.text(answer, "product"))
            .add("Version", Fields.text(answer, "version"))
            .add("Instance", Fields.text(answer, "instance")));
  }
}
