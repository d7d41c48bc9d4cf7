package io.keymoor.disk.linux;

import io.keymoor.disk.BulkAes;
import java.lang.foreign.MemorySegment;

/**
 * AES-256 of the system's OpenSSL, straight on the arrays of the Java heap. OpenSSL erases the
 * expanded keys when {@link #close} frees them.
 */
final class OpenSslAes implements BulkAes {
  private final LibCrypto library;
  private final MemorySegment encryptor;
  private final MemorySegment decryptor;

  /** OpenSSL wants a place for the length of what it wrote. */
  private final MemorySegment written = MemorySegment.ofArray(new int[1]);

  private boolean closed;

  /** Reads 32 key bytes at {@code offset}. */
  OpenSslAes(LibCrypto library, byte[] keys, int offset) {
    this.library = library;
    this.encryptor = library.newAes256(keys, offset, true);
    try {
      this.decryptor = library.newAes256(keys, offset, false);
    } catch (RuntimeException | Error e) {
      library.free(encryptor);
      throw e;
    }
  }

  @Override
  public void encrypt(byte[] from, byte[] into, int length) {
    update(encryptor, from, into, length);
  }

  @Override
  public void decrypt(byte[] from, byte[] into, int length) {
    update(decryptor, from, into, length);
  }

  private void update(MemorySegment context, byte[] from, byte[] into, int length) {
    if (closed) {
      throw new IllegalStateException("this cipher has been closed");
    }
    if (length < 0
        || length % LibCrypto.BLOCK != 0
        || length > from.length
        || length > into.length) {
      throw new IllegalArgumentException(length + " bytes of " + from.length);
    }
    library.update(
        context, MemorySegment.ofArray(into), written, MemorySegment.ofArray(from), length);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      library.free(encryptor);
      library.free(decryptor);
    }
  }
}
