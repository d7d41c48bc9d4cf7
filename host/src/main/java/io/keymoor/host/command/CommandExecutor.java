package io.keymoor.host.command;

import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.HostCommand;

/** Does what a command asks for. Thread-safe; never called twice at once for one VM. */
@FunctionalInterface
public interface CommandExecutor {
  /**
   * Runs the command to completion and returns when its result is durable. When an execution of the
   * same id was begun before and cut short, resumes or repeats it.
   *
   * <p>Failures are outcomes; an exception is a bug, and is reported as such.
   */
  CommandOutcome execute(HostCommand command, CommandControl control);
}
