package io.keymoor.provider.standard;

import io.keymoor.crypto.AesKeyWrap;
import io.keymoor.crypto.CanonicalBase64;
import io.keymoor.crypto.CryptoException;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.catalog.ProviderEntry.Place;
import io.keymoor.secret.SecretBytes;
import java.util.Optional;

/**
 * The id of a KEK in wrapping-key mode (K4): the wrapped KEK itself, so that it rests wherever the
 * object's key record does, and a manager that lost its database needs the KMS and nothing else.
 *
 * <pre>
 *   w1.BASE64URL(40 bytes: the KEK under AES-256 key wrap, RFC 3394).ID OF THE WRAPPING KEY
 *   w2.BASE64URL(60 bytes: IV 12, the KEK under AES-256-GCM 32, tag 16).ID OF THE WRAPPING KEY
 * </pre>
 *
 * <p>The second is what a KMS wrapped itself ({@link KmsWrapping}).
 *
 * @param wrapped the wrapped KEK
 * @param wrappingKey the key in the KMS that wraps it
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record WrappedKeyId(byte[] wrapped, KeyId wrappingKey) {
  private static final int LONGEST_ID = 128;
  private static final int IN_MANAGER = 32 + AesKeyWrap.OVERHEAD_BYTES;
  private static final int IN_KMS = 12 + 32 + 16;
  private static final int VERSION = "w1.".length();

  public WrappedKeyId {
    if (wrapped.length != IN_MANAGER && wrapped.length != IN_KMS) {
      throw new IllegalArgumentException(wrapped.length + " bytes are no wrapped key");
    }
  }

  /** The longest id of a wrapping key that leaves room for the rest. */
  public static int longestWrappingId(Place place) {
    int bytes =
        switch (place) {
          case MANAGER -> IN_MANAGER;
          case KMS -> IN_KMS;
        };
    return LONGEST_ID - VERSION - (bytes * 4 + 2) / 3 - 1;
  }

  /** The id for a KEK. */
  public static WrappedKeyId of(SecretBytes kek, KeyId wrappingKey, SecretBytes wrapping) {
    return new WrappedKeyId(AesKeyWrap.wrap(wrapping, kek), wrappingKey);
  }

  /** Who wrapped it, and has to unwrap it. */
  public Place place() {
    return wrapped.length == IN_KMS ? Place.KMS : Place.MANAGER;
  }

  /** As it stands in records. */
  public KeyId id() {
    return new KeyId(
        version(place()) + CanonicalBase64.encodeUrl(wrapped) + "." + wrappingKey.text());
  }

  private static String version(Place place) {
    return switch (place) {
      case MANAGER -> "w1.";
      case KMS -> "w2.";
    };
  }

  /** What an id says; absent for an id of another kind. */
  public static Optional<WrappedKeyId> read(KeyId id) {
    String text = id.text();
    int end = text.indexOf('.', VERSION);
    if (end < 0 || end == text.length() - 1) {
      return Optional.empty();
    }
    try {
      byte[] wrapped = CanonicalBase64.decodeUrl(text.substring(VERSION, end));
      if (wrapped.length != IN_MANAGER && wrapped.length != IN_KMS) {
        return Optional.empty();
      }
      WrappedKeyId read = new WrappedKeyId(wrapped, new KeyId(text.substring(end + 1)));
      return text.startsWith(version(read.place())) ? Optional.of(read) : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  /**
   * The KEK, owned by the caller.
   *
   * @throws CryptoException.WrongKey when {@code wrapping} is another key
   * @throws IllegalStateException when the KMS wrapped it
   */
  public SecretBytes unwrap(SecretBytes wrapping) {
    if (place() == Place.KMS) {
      throw new IllegalStateException("the KMS alone unwraps what it wrapped");
    }
    return AesKeyWrap.unwrap(wrapping, wrapped);
  }
}
