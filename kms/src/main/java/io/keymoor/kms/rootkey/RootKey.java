package io.keymoor.kms.rootkey;

import io.keymoor.secret.SecretBytes;

/**
 * What seals the store key. It lies outside the database: whoever copies the database alone reads
 * no key. Implementations are thread-safe.
 */
public interface RootKey extends AutoCloseable {
  /** The kind, which is also the name under which the sealed store key is kept. */
  String name();

  /** What has to be kept beside the sealed key to open it again; no secret. */
  String parameters();

  /** Seals the store key. */
  byte[] seal(SecretBytes storeKey);

  /**
   * Opens what {@link #seal} made; the result is the caller's.
   *
   * @throws RootKeyException when this root key does not open it
   */
  SecretBytes open(byte[] sealed);

  @Override
  void close();
}
