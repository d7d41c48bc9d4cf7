package io.keymoor.crypto.stream;

import io.keymoor.crypto.Hpke;
import io.keymoor.secret.SecretBytes;

/** Who shall be able to open a sealed stream. */
public sealed interface Recipient {
  /**
   * The owner of a private X25519 key.
   *
   * @param publicKey the public half, 32 bytes; not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent")
  record KeyOwner(byte[] publicKey) implements Recipient {
    public KeyOwner {
      if (publicKey.length != Hpke.PUBLIC_KEY_BYTES) {
        throw new IllegalArgumentException("an X25519 public key has 32 bytes");
      }
    }
  }

  /**
   * Whoever is told a password.
   *
   * @param password the password, UTF-8; stays the caller's
   */
  record PasswordHolder(SecretBytes password) implements Recipient {}
}
