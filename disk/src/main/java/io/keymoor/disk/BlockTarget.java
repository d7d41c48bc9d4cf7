package io.keymoor.disk;

/**
 * The bytes a guest will see, write side of a new image.
 *
 * <p>Each granule is written at most once, in any order, by several workers at once. Making a
 * target writes nothing yet. Until {@link #finish} returns the image cannot be mistaken for a
 * finished one: containers with a header write it last. Closing without finishing leaves the file
 * to its owner, who removes it.
 */
public interface BlockTarget extends AutoCloseable {
  /** Writes start at a multiple of this power of two and fill whole granules, but for the tail. */
  int granularity();

  /** True when what is never written reads back as zeros, so that zeros need no writing. */
  boolean thin();

  /** The bytes of the file system this image takes when {@code dataBytes} of it hold data. */
  long fileBytesFor(long dataBytes);

  /**
   * Writes {@code length} bytes at {@code position}. The buffer is the target's to scramble: it is
   * encrypted in place, and its contents are undefined afterwards.
   */
  void write(long position, byte[] from, int offset, int length);

  /** Completes the image; when this returns, everything is on stable storage. */
  void finish();

  @Override
  void close();
}
