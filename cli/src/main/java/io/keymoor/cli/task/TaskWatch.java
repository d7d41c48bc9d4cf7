package io.keymoor.cli.task;

import io.keymoor.cli.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code keymoor task watch}. */
@Command(
    name = "watch",
    description = "Follow a task to its end; its result is this command's.",
    mixinStandardHelpOptions = true)
final class TaskWatch implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "TASK", description = "The task's id.")
  private String task = "";

  TaskWatch(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.follow(task, true);
  }
}
