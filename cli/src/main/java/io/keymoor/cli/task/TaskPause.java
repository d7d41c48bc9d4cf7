package io.keymoor.cli.task;

import io.keymoor.cli.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code keymoor task pause}. */
@Command(
    name = "pause",
    description = "Have a task that writes disks anew stand still where that is safe.",
    mixinStandardHelpOptions = true)
final class TaskPause implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "TASK", description = "The task's id.")
  private String task = "";

  TaskPause(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.manager().tasks().pause(task);
    session.done(
        "Task "
            + task
            + " will stand still where that is safe, which keymoor task list shows as paused. It"
            + " goes on with: keymoor task resume "
            + task);
  }
}
