package io.keymoor.cli.command;

import java.io.PrintWriter;

/**
 * Says, when a person presses Ctrl-C while a task is watched, that the task goes on. Closed when
 * the watch ends by itself.
 */
final class Interruption implements AutoCloseable {
  private final Thread hook;

  private Interruption(Thread hook) {
    this.hook = hook;
  }

  static Interruption whileWatching(String task, PrintWriter err) {
    Thread hook = new Thread(() -> say(task, err), "interrupted");
    Runtime.getRuntime().addShutdownHook(hook);
    return new Interruption(hook);
  }

  static void say(String task, PrintWriter err) {
    err.println();
    err.println("The task goes on without you. Watch it with: keymoor task watch " + task);
    err.println("Stop it with: keymoor task cancel " + task);
    err.flush();
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyShuttingDown) {
      // The hook has run or is about to: that is what it is for.
    }
  }
}
