package io.keymoor.cli;

import io.keymoor.cli.command.Session;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code keymoor completion}. */
@Command(
    name = "completion",
    description = "Print the bash completion: source <(keymoor completion)",
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Runnable {
  private final Session session;

  CompletionCommand(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.terminal().out().print(AutoComplete.bash("keymoor", KeymoorCli.commandLine(session)));
    session.terminal().out().flush();
  }
}
