package io.keymoor.cli.task;

import io.keymoor.cli.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code keymoor task cancel}. */
@Command(
    name = "cancel",
    description = "Ask a task to stop where that is safe.",
    mixinStandardHelpOptions = true)
final class TaskCancel implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "TASK", description = "The task's id.")
  private String task = "";

  TaskCancel(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.manager().tasks().cancel(task);
    session.done(
        "Task " + task + " will stop where that is safe. Its end: keymoor task watch " + task);
  }
}
