package io.keymoor.disk.engine;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A listener that holds an operation back to a number of bytes a second, counted from its first
 * report on. Workers report about ten times a second, so the rate holds on average and not for
 * shorter times. For one operation.
 */
public final class RateLimit implements ProgressListener {
  private static final long LONGEST_WAIT = Duration.ofSeconds(1).toNanos();

  private final long bytesPerSecond;
  private final ProgressListener next;
  private final long began = System.nanoTime();

  private RateLimit(long bytesPerSecond, ProgressListener next) {
    this.bytesPerSecond = bytesPerSecond;
    this.next = next;
  }

  /** Limits what {@code next} hears of; 0 is no limit. */
  public static ProgressListener of(long bytesPerSecond, ProgressListener next) {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("a rate of " + bytesPerSecond + " bytes a second");
    }
    return bytesPerSecond == 0 ? next : new RateLimit(bytesPerSecond, next);
  }

  /** Waits a second at most, so that a cancellation is heard. */
  @Override
  public void progress(long bytesDone, long bytesTotal) {
    next.progress(bytesDone, bytesTotal);
    if (bytesDone < bytesTotal) {
      double due = bytesDone * 1e9 / bytesPerSecond;
      long early = (long) due - (System.nanoTime() - began);
      if (early > 0) {
        LockSupport.parkNanos(Math.min(early, LONGEST_WAIT));
      }
    }
  }
}
