package io.keymoor.protocol;

import java.util.Arrays;
import java.util.UUID;

/**
 * Key bytes encrypted to one host: the HPKE encapsulated key followed by the ciphertext (RFC 9180,
 * base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM).
 *
 * <p>Bound to its purpose: {@code info} is {@link #INFO}, {@code aad} is {@link #context}. In JSON
 * it is base64; only the named host can open it, so neither a log of the link nor a manager's
 * memory dump of a message gives a key away. Immutable.
 */
public final class SealedKey {
  /** The HPKE {@code info} of every key sent over the host link. */
  public static final String INFO = "keymoor/link/v1";

  private static final int ENCAPSULATED_KEY_BYTES = 32;
  private static final int TAG_BYTES = 16;
  private static final int MAX_BYTES = 4096;

  private final byte[] bytes;

  /** Takes a copy of {@code bytes}: encapsulated key (32 bytes), ciphertext and tag (16 bytes). */
  public SealedKey(byte[] bytes) {
    if (bytes.length <= ENCAPSULATED_KEY_BYTES + TAG_BYTES || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a sealed key has between 49 and " + MAX_BYTES + " bytes, not " + bytes.length);
    }
    this.bytes = bytes.clone();
  }

  /** The HPKE {@code aad} that ties a provider's key to one provider and one host. */
  public static String context(UUID provider, UUID host) {
    return provider + "/" + host;
  }

  /** A copy of the sealed bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SealedKey that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "SealedKey[" + bytes.length + " bytes]";
  }
}
