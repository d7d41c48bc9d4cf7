package io.keymoor.provider.standard;

import io.keymoor.crypto.AesKeyWrap;
import io.keymoor.crypto.CryptoException;
import io.keymoor.provider.KeyId;
import io.keymoor.secret.SecretBytes;
import java.util.Base64;
import java.util.Optional;

/**
 * The id of a KEK in wrapping-key mode (K4): the wrapped KEK itself, so that it rests wherever the
 * object's key record does, and a manager that lost its database needs the KMS and nothing else.
 *
 * <pre>
 *   w1.BASE64URL(40 bytes: the KEK under AES-256 key wrap, RFC 3394).ID OF THE WRAPPING KEY
 * </pre>
 *
 * @param wrapped the wrapped KEK
 * @param wrappingKey the key in the KMS that wraps it
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record WrappedKeyId(byte[] wrapped, KeyId wrappingKey) {
  private static final String VERSION = "w1.";
  private static final int WRAPPED_BYTES = 32 + AesKeyWrap.OVERHEAD_BYTES;

  /** The longest id of a wrapping key that leaves room for the rest. */
  public static final int LONGEST_WRAPPING_ID = 128 - VERSION.length() - 54 - 1;

  /** The id for a KEK. */
  public static WrappedKeyId of(SecretBytes kek, KeyId wrappingKey, SecretBytes wrapping) {
    return new WrappedKeyId(AesKeyWrap.wrap(wrapping, kek), wrappingKey);
  }

  /** As it stands in records. */
  public KeyId id() {
    return new KeyId(
        VERSION
            + Base64.getUrlEncoder().withoutPadding().encodeToString(wrapped)
            + "."
            + wrappingKey.text());
  }

  /** What an id says; absent for an id of another kind. */
  public static Optional<WrappedKeyId> read(KeyId id) {
    String text = id.text();
    int end = text.indexOf('.', VERSION.length());
    if (!text.startsWith(VERSION) || end < 0 || end == text.length() - 1) {
      return Optional.empty();
    }
    try {
      byte[] wrapped = Base64.getUrlDecoder().decode(text.substring(VERSION.length(), end));
      return wrapped.length == WRAPPED_BYTES
          ? Optional.of(new WrappedKeyId(wrapped, new KeyId(text.substring(end + 1))))
          : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  /**
   * The KEK, owned by the caller.
   *
   * @throws CryptoException.WrongKey when {@code wrapping} is another key
   */
  public SecretBytes unwrap(SecretBytes wrapping) {
    return AesKeyWrap.unwrap(wrapping, wrapped);
  }
}
