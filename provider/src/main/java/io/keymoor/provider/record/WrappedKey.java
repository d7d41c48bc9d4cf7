package io.keymoor.provider.record;

import io.keymoor.crypto.CanonicalBase64;

/**
 * A key under AES-256 key wrap (RFC 3394); useless without its wrapping key.
 *
 * @param base64 the wrapped bytes
 */
public record WrappedKey(String base64) {
  private static final int MAX_LENGTH = 512;

  public WrappedKey {
    if (base64.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("a wrapped key is shorter than this");
    }
    if (CanonicalBase64.decode(base64).length < 24) {
      throw new IllegalArgumentException("a wrapped key has at least 24 bytes");
    }
  }

  /** From the wrapped bytes. */
  public static WrappedKey of(byte[] wrapped) {
    return new WrappedKey(CanonicalBase64.encode(wrapped));
  }

  /** The wrapped bytes. */
  public byte[] bytes() {
    return CanonicalBase64.decode(base64);
  }
}
