package io.keymoor.crypto.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.KeyDerivation;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM over the chunks of one stream, in their order: the STREAM construction (Hoang,
 * Reyhanitabar, Rogaway, Vizár 2015). The key depends on the header, the nonce is the chunk's
 * number in eleven bytes and one byte that says whether it is the last. Not thread-safe.
 */
final class Chunks {
  static final int CLEAR_BYTES = 64 * 1024;
  static final int TAG_BYTES = 16;
  private static final byte[] INFO = "keymoor/sealed-stream/v1/payload".getBytes(US_ASCII);

  private final Cipher cipher;
  private final SecretKeySpec key;
  private long next;

  Chunks(SecretBytes fileKey, byte[] header) {
    try (SecretBytes payload =
        KeyDerivation.hkdfSha256(
            fileKey,
            MessageDigest.getInstance("SHA-256").digest(header),
            INFO,
            KeyDerivation.KEY_BYTES)) {
      key =
          ClearBytes.<SecretKeySpec, RuntimeException>read(
              payload, clear -> new SecretKeySpec(clear, "AES"));
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (NoSuchAlgorithmException | javax.crypto.NoSuchPaddingException impossible) {
      throw new IllegalStateException("a JDK without AES-GCM", impossible);
    }
  }

  /** The next chunk, encrypted. */
  byte[] seal(byte[] clear, int length, boolean last) {
    try {
      init(Cipher.ENCRYPT_MODE, last);
      return cipher.doFinal(clear, 0, length);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("AES-GCM refused", impossible);
    }
  }

  /**
   * The next chunk in clear.
   *
   * @throws CryptoException.Damaged when it is not the next chunk of this stream
   */
  byte[] open(byte[] sealed, int length, boolean last) {
    try {
      init(Cipher.DECRYPT_MODE, last);
      return cipher.doFinal(sealed, 0, length);
    } catch (AEADBadTagException changed) {
      throw new CryptoException.Damaged(
          "This file was changed or cut short "
              + (next == 1
                  ? "at its beginning."
                  : "after " + (next - 1) * CLEAR_BYTES + " bytes."));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("AES-GCM refused", impossible);
    }
  }

  private void init(int mode, boolean last) throws GeneralSecurityException {
    byte[] nonce =
        ByteBuffer.allocate(12).position(3).putLong(next++).put((byte) (last ? 1 : 0)).array();
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
  }
}
