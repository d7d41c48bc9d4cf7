package io.keymoor.crypto.stream;

import io.keymoor.secret.SecretBytes;

/** With what a sealed stream is opened; the secrets stay the caller's. */
public sealed interface Opener {
  /** A private X25519 key. */
  record PrivateKey(SecretBytes key) implements Opener {}

  /** A password, UTF-8. */
  record Password(SecretBytes password) implements Opener {}
}
