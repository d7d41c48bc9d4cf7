package io.keymoor.disk.command;

import java.util.function.LongSupplier;

/**
 * How fast an operation was in the last seconds, so that what was done before it began, and a time
 * in which its process was stopped, are soon forgotten. Not thread-safe.
 */
final class RecentRate {
  private static final long WINDOW_NANOS = 5_000_000_000L;

  private final LongSupplier nanoTime;
  private boolean begun;
  private long olderNanos;
  private long olderBytes;
  private long newerNanos;
  private long newerBytes;

  RecentRate(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Bytes a second over the last five to ten seconds; 0 while that is not known. */
  double at(long bytesDone) {
    long now = nanoTime.getAsLong();
    if (!begun) {
      begun = true;
      olderNanos = now;
      olderBytes = bytesDone;
      newerNanos = now;
      newerBytes = bytesDone;
      return 0;
    }
    if (now - newerNanos >= WINDOW_NANOS) {
      olderNanos = newerNanos;
      olderBytes = newerBytes;
      newerNanos = now;
      newerBytes = bytesDone;
    }
    double seconds = Math.max(1, now - olderNanos) / 1e9;
    return Math.max(0, (bytesDone - olderBytes) / seconds);
  }
}
