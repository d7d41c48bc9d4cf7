package io.keymoor.disk;

/**
 * The bytes of an image, to be changed. The seam at which tests let the power fail: {@link
 * ImageFile} is the real one.
 *
 * <p>Nothing that was written is on stable storage before {@link #sync} or {@link #syncData}
 * returns, and until then any part of it may be, in any order.
 */
public interface ImageStorage extends ImageBytes, AutoCloseable {
  /** The length in bytes now. */
  long lengthNow();

  /** Writes all of the given bytes at {@code position}, growing the image where needed. */
  void write(long position, byte[] from, int offset, int length);

  /** Makes the image at least {@code length} bytes long; what is new reads as zeros. */
  void growTo(long length);

  /** Makes the image at most {@code length} bytes long. */
  void cutTo(long length);

  /** Returns once everything written so far, and the length, is on stable storage. */
  void sync();

  /** Returns once everything written so far can be read back after a power failure. */
  void syncData();

  @Override
  void close();
}
