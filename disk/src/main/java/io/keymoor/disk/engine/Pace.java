package io.keymoor.disk.engine;

import io.keymoor.disk.DiskException;
import java.time.Duration;

/** Counts the bytes of one operation for its listener and stops it when asked. Thread-safe. */
public final class Pace {
  private static final long INTERVAL_NANOS = Duration.ofMillis(100).toNanos();

  private final ProgressListener listener;
  private final CancelToken cancel;
  private final long total;
  private long done;
  private long lastReport = System.nanoTime() - INTERVAL_NANOS;

  public Pace(ProgressListener listener, CancelToken cancel, long total) {
    this.listener = listener;
    this.cancel = cancel;
    this.total = total;
  }

  public synchronized void advance(long bytes) {
    done += bytes;
    long now = System.nanoTime();
    if (bytes > 0 && now - lastReport >= INTERVAL_NANOS && done < total) {
      lastReport = now;
      listener.progress(done, total);
    }
  }

  public void stopIfCancelled() {
    if (cancel.isCancelled()) {
      throw new DiskException.Cancelled();
    }
  }

  public synchronized void complete() {
    listener.progress(total, total);
  }
}
