package io.keymoor.disk.engine;

/** Hears how far an operation is. */
@FunctionalInterface
public interface ProgressListener {
  /** Hears nothing. */
  ProgressListener SILENT = (done, total) -> {};

  /**
   * Called about ten times a second, and once with {@code bytesDone == bytesTotal} at the end, by
   * one thread at a time. The total of a verified copy counts the disk twice. Skipped holes count
   * as done. What this throws ends the operation as a failure.
   */
  void progress(long bytesDone, long bytesTotal);
}
