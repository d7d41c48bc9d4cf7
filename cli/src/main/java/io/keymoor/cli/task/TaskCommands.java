package io.keymoor.cli.task;

import io.keymoor.cli.command.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code keymoor task}. */
@Command(name = "task", description = "Long work.", mixinStandardHelpOptions = true)
public final class TaskCommands {
  private TaskCommands() {}

  /** The command with its subcommands. */
  public static CommandLine tree(Session session) {
    return new CommandLine(new TaskCommands())
        .addSubcommand(new TaskList(session))
        .addSubcommand(new TaskWatch(session))
        .addSubcommand(new TaskItems(session))
        .addSubcommand(new TaskPause(session))
        .addSubcommand(new TaskResume(session))
        .addSubcommand(new TaskCancel(session));
  }
}
