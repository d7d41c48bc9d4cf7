package io.keymoor.kmip.client;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A moment at which whatever is going on is cut off. Closing a socket is the only thing that ends a
 * blocked write as well as a blocked read.
 */
final class Deadline {
  private final ScheduledExecutorService watchdog;
  private final long endNanos;

  private Deadline(ScheduledExecutorService watchdog, long endNanos) {
    this.watchdog = watchdog;
    this.endNanos = endNanos;
  }

  static Deadline in(Duration time, ScheduledExecutorService watchdog) {
    return new Deadline(watchdog, System.nanoTime() + time.toNanos());
  }

  /** The earlier of this one and one that begins now. */
  Deadline butAtMost(Duration time) {
    long other = System.nanoTime() + time.toNanos();
    return other - endNanos < 0 ? new Deadline(watchdog, other) : this;
  }

  long leftNanos() {
    return Math.max(0, endNanos - System.nanoTime());
  }

  boolean isOver() {
    return leftNanos() == 0;
  }

  /** Milliseconds left, at least 1, for calls where 0 means forever. */
  int leftMillis() {
    return Math.clamp(leftNanos() / 1_000_000, 1, Integer.MAX_VALUE);
  }

  /** Runs {@code cut} at the deadline unless the guard is closed before. */
  Guard guard(Runnable cut) {
    ScheduledFuture<?> pending = watchdog.schedule(cut, leftNanos(), TimeUnit.NANOSECONDS);
    return () -> pending.cancel(false);
  }

  /** Stands for a cut that hasn't come yet. */
  interface Guard extends AutoCloseable {
    @Override
    void close();
  }
}
