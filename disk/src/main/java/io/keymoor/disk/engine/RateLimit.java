package io.keymoor.disk.engine;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * A listener that holds an operation back to a number of bytes a second, counted from its first
 * report on. Workers report about ten times a second, so the rate holds on average and not for
 * shorter times. What was not used of it is lost after a second: an operation that stood still
 * catches nothing up. For one operation.
 */
public final class RateLimit implements ProgressListener {
  private static final long LONGEST_WAIT = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_DELAY = Duration.ofSeconds(1).toNanos();

  private final long bytesPerSecond;
  private final ProgressListener next;
  private final LongSupplier nanoTime;
  private final LongConsumer park;
  private boolean begun;
  private long fromNanos;
  private long fromBytes;

  RateLimit(long bytesPerSecond, ProgressListener next, LongSupplier nanoTime, LongConsumer park) {
    this.bytesPerSecond = bytesPerSecond;
    this.next = next;
    this.nanoTime = nanoTime;
    this.park = park;
  }

  /** Limits what {@code next} hears of; 0 is no limit. */
  public static ProgressListener of(long bytesPerSecond, ProgressListener next) {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("a rate of " + bytesPerSecond + " bytes a second");
    }
    return bytesPerSecond == 0
        ? next
        : new RateLimit(bytesPerSecond, next, System::nanoTime, LockSupport::parkNanos);
  }

  /** Waits a second at most, so that a cancellation is heard. */
  @Override
  public void progress(long bytesDone, long bytesTotal) {
    next.progress(bytesDone, bytesTotal);
    if (bytesDone < bytesTotal) {
      long early = early(bytesDone);
      if (early > 0) {
        park.accept(Math.min(early, LONGEST_WAIT));
      }
    }
  }

  private synchronized long early(long bytesDone) {
    long now = nanoTime.getAsLong();
    double due = (bytesDone - fromBytes) * 1e9 / bytesPerSecond;
    long early = (long) due - (now - fromNanos);
    if (begun && early >= -LONGEST_DELAY) {
      return early;
    }
    begun = true;
    fromNanos = now;
    fromBytes = bytesDone;
    return 0;
  }
}
