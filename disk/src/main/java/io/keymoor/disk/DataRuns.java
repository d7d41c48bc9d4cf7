package io.keymoor.disk;

/**
 * Where a file has data and where it has holes, which read as zeros. Thread-safe.
 *
 * <p>True for as long as nobody writes to the file.
 */
public interface DataRuns extends AutoCloseable {
  /** The identity of the file that was opened, as {@code BasicFileAttributes.fileKey} has it. */
  Object fileKey();

  /**
   * What starts at {@code position}, which is before the file's end: a run of data, whose zeros may
   * be data too, or a hole.
   *
   * @param end where the run ends at the latest
   */
  Extent at(long position, long end);

  @Override
  void close();
}
