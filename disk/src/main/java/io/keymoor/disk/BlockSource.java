package io.keymoor.disk;

/**
 * The bytes a guest sees, read side.
 *
 * <p>All positions and lengths are bytes and multiples of {@value #SECTOR_BYTES}. Thread-safe:
 * several workers read at once. Failures are {@link DiskException}s that name file and position.
 */
public interface BlockSource extends AutoCloseable {
  int SECTOR_BYTES = 512;

  /** The size of the disk in bytes, a multiple of {@value #SECTOR_BYTES}. */
  long sizeBytes();

  /** The unit in which reading is cheapest, a power of two; larger clusters come in one piece. */
  int granularity();

  /** True when {@link #extentAt} tells zeros from data without reading the data. */
  boolean knowsItsHoles();

  /**
   * What starts at {@code position}: a run of data, or a run that reads as zeros. The run is never
   * empty and never reaches past the end of the disk; the next run may be of the same kind.
   */
  Extent extentAt(long position);

  /** Fills {@code length} bytes of {@code into} from {@code position}; never past the end. */
  void read(long position, byte[] into, int offset, int length);

  @Override
  void close();
}
