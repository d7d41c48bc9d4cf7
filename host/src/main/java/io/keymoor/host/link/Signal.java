package io.keymoor.host.link;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Something happened: wakes one waiting thread, or the next that waits. Thread-safe. */
final class Signal {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition given = lock.newCondition();
  private boolean raised;

  void raise() {
    lock.lock();
    try {
      raised = true;
      given.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until raised or for {@code millis}; takes the signal. True when it was raised. */
  boolean await(long millis) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(millis);
      while (!raised && left > 0) {
        left = given.awaitNanos(left);
      }
      boolean was = raised;
      raised = false;
      return was;
    } finally {
      lock.unlock();
    }
  }
}
