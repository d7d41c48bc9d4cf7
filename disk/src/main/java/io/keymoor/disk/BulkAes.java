package io.keymoor.disk;

/**
 * AES-256 under one key over many whole blocks at once, each on its own (ECB): the part of XTS that
 * takes the time.
 *
 * <p>{@code length} bytes, a multiple of 16, are taken from the start of one array and written to
 * the start of another, which must be a different one. For one thread at a time.
 */
public interface BulkAes extends AutoCloseable {
  void encrypt(byte[] from, byte[] into, int length);

  void decrypt(byte[] from, byte[] into, int length);

  /** Erases what was made of the key. Idempotent; nothing else may be called afterwards. */
  @Override
  void close();
}
