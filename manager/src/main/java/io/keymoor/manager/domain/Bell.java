package io.keymoor.manager.domain;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Wakes those who wait for news. Take {@link #rings} first, look, and wait only for later rings: so
 * no ring is lost. Thread-safe; cheap on virtual threads.
 */
public final class Bell {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition rung = lock.newCondition();
  private long rings;

  /** How often it rang so far. */
  public long rings() {
    lock.lock();
    try {
      return rings;
    } finally {
      lock.unlock();
    }
  }

  /** Wakes everybody. */
  public void ring() {
    lock.lock();
    try {
      rings++;
      rung.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until it rang after {@code heard}, or {@code most} is over, or this is interrupted. */
  public void await(long heard, Duration most) {
    lock.lock();
    try {
      long left = most.toNanos();
      while (rings == heard && left > 0) {
        left = rung.awaitNanos(left);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** A pause during which somebody else may ring, in another process. */
  static Duration shorter(Duration one, Duration other) {
    return Duration.ofNanos(
        Math.min(TimeUnit.NANOSECONDS.convert(one), TimeUnit.NANOSECONDS.convert(other)));
  }
}
