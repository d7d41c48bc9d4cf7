package io.keymoor.cli.command;

import picocli.CommandLine.Option;

/** {@code --no-wait}, of every command that starts a task. */
public final class WaitOption {
  @Option(names = "--no-wait", description = "Print the task's id and return at once.")
  private boolean noWait;

  public boolean waits() {
    return !noWait;
  }
}
