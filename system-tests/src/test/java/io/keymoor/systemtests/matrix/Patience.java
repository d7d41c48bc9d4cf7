package io.keymoor.systemtests.matrix;

import io.keymoor.systemtests.testing.CommandLineUser.Answer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Somebody who rekeys all VMs while no key can be had: the task asks the provider again and again
 * before it gives up, and others of the fault's cells are tried meanwhile.
 *
 * @param fault what keeps the keys away
 * @param before how all was when the task began
 * @param command its end, in a thread of its own
 */
record Patience(Fault fault, Bench.State before, FutureTask<Answer> command) {
  /** Begins it. */
  static Patience begun(Fault fault, Bench.State before, Supplier<Answer> command) {
    FutureTask<Answer> end = new FutureTask<>(command::get);
    Thread.ofVirtual().name("patient-user").start(end);
    return new Patience(fault, before, end);
  }

  /** What the user reads when the task gives up; waits for it. */
  Answer end() {
    try {
      return command.get();
    } catch (ExecutionException failure) {
      throw new IllegalStateException("the user who rekeys all VMs failed", failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a user waits", interrupted);
    }
  }
}
