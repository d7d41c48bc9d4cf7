package io.keymoor.disk;

/**
 * The bytes of an image as they lie in its file, before any container is understood.
 *
 * <p>Thread-safe. Bytes past the end read as zeros, as QEMU has it; parsers check {@link #length}
 * wherever that would hide damage.
 */
public interface ImageBytes {
  /** The name to use in messages. */
  String name();

  /** The length in bytes when the image was opened. */
  long length();

  /** Fills {@code length} bytes of {@code into} from {@code position} on. */
  void read(long position, byte[] into, int offset, int length);
}
