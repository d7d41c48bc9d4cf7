package io.keymoor.crypto;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256 key wrap, RFC 3394 with its default initial value.
 *
 * <p>Guarantee: unwrapping gives the very key that was wrapped or fails; a changed ciphertext or a
 * wrong wrapping key is detected with probability 1 - 2^-64. Deterministic; the result is 8 bytes
 * longer than the key. Thread-safe.
 */
public final class AesKeyWrap {
  /** Bytes by which a wrapped key is longer than the key. */
  public static final int OVERHEAD_BYTES = 8;

  private static final int KEK_BYTES = 32;
  private static final int MAX_KEY_BYTES = 4096;

  private AesKeyWrap() {}

  /**
   * Wraps {@code key}, whose length is a multiple of 8 bytes and at least 16, under {@code kek} of
   * 32 bytes.
   */
  public static byte[] wrap(SecretBytes kek, SecretBytes key) {
    requireKek(kek);
    if (key.length() < 16 || key.length() > MAX_KEY_BYTES || key.length() % 8 != 0) {
      throw new IllegalArgumentException(
          "RFC 3394 wraps keys of 16 bytes and more in steps of 8, not of " + key.length());
    }
    return ClearBytes.read(
        kek, clearKek -> ClearBytes.read(key, clearKey -> wrap(clearKek, clearKey)));
  }

  /**
   * Unwraps what {@link #wrap} made.
   *
   * @return the key, owned by the caller
   * @throws CryptoException.WrongKey when {@code kek} is another key or {@code wrapped} was changed
   */
  public static SecretBytes unwrap(SecretBytes kek, byte[] wrapped) {
    requireKek(kek);
    if (wrapped.length < 24
        || wrapped.length > MAX_KEY_BYTES + OVERHEAD_BYTES
        || wrapped.length % 8 != 0) {
      throw new CryptoException.Damaged(
          "A wrapped key has 24 bytes or more in steps of 8, not " + wrapped.length + ".");
    }
    return ClearBytes.read(kek, clearKek -> unwrap(clearKek, wrapped));
  }

  private static void requireKek(SecretBytes kek) {
    if (kek.length() != KEK_BYTES) {
      throw new IllegalArgumentException("a KEK has 32 bytes, not " + kek.length());
    }
  }

  private static byte[] wrap(byte[] kek, byte[] key) {
    try {
      Cipher cipher = Cipher.getInstance("AES/KW/NoPadding");
      cipher.init(Cipher.WRAP_MODE, new SecretKeySpec(kek, "AES"));
      return cipher.wrap(new SecretKeySpec(key, "AES"));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK lacks AES key wrap", impossible);
    }
  }

  private static SecretBytes unwrap(byte[] kek, byte[] wrapped) {
    try {
      Cipher cipher = Cipher.getInstance("AES/KW/NoPadding");
      cipher.init(Cipher.UNWRAP_MODE, new SecretKeySpec(kek, "AES"));
      Key key = cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY);
      byte[] clear = key.getEncoded();
      SecretBytes secret = SecretBytes.takeOver(clear);
      Arrays.fill(clear, (byte) 0);
      return secret;
    } catch (InvalidKeyException mismatch) {
      throw new CryptoException.WrongKey(
          "The key does not unwrap this wrapped key: it is another key, or the wrapped key was"
              + " changed.");
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK lacks AES key wrap", impossible);
    }
  }
}
