package io.keymoor.host.vm;

import io.keymoor.disk.Machine;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Runs what reads or writes whole disks so that the guests of this host come first: on a thread of
 * its own, whose reading and writing the kernel serves when nobody else wants the disk, as that of
 * the threads it starts. The caller's thread, which has other commands to run later, keeps its
 * priority. Thread-safe.
 */
final class LastAtTheDisk {
  private final Machine machine;

  LastAtTheDisk(Machine machine) {
    this.machine = machine;
  }

  /** Returns what the work does, or throws what it throws, when it has ended, however that is. */
  <T> T run(Supplier<T> work) {
    FutureTask<T> task =
        new FutureTask<>(() -> {
          // Where the kernel has no priorities, the work is done like any other.
          boolean _ = machine.yieldDisks();
          return work.get();
        });
    Thread thread = Thread.ofPlatform().name("disk-last").daemon().start(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
          thread.interrupt();
        } catch (ExecutionException e) {
          switch (e.getCause()) {
            case RuntimeException cause -> throw cause;
            case Error cause -> throw cause;
            case null, default -> throw new IllegalStateException(e);
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
