package io.keymoor.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Authenticated encryption of something at rest, AES-256-GCM (NIST SP 800-38D), version 1:
 *
 * <pre>
 *   offset  size
 *        0     8  "KMSEALED"
 *        8     1  version, 1
 *        9    12  nonce, random
 *       21     n  ciphertext
 *     21+n    16  tag
 * </pre>
 *
 * <p>The additional authenticated data is bytes 0 to 8 followed by the purpose in UTF-8. The
 * purpose ("manager/provider/UUID", "host/configuration") is not stored: a box put where another
 * belongs does not open.
 *
 * <p>Guarantee: what opens is what was sealed under this key for this purpose. Nonces are random:
 * fewer than 2^32 boxes per key. Thread-safe.
 */
public final class SealedBox {
  private static final byte[] MAGIC = "KMSEALED".getBytes(US_ASCII);
  private static final byte VERSION = 1;
  private static final int HEADER_BYTES = 9;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final int OVERHEAD_BYTES = HEADER_BYTES + NONCE_BYTES + TAG_BYTES;

  private static final String TRANSFORMATION = "AES/GCM/NoPadding";

  /** Looked up once: the search through all providers costs as much as opening a small box. */
  private static final Provider PROVIDER = provider();

  private SealedBox() {}

  /** Seals {@code clear} under a 32-byte key. */
  public static byte[] seal(
      SecretBytes key, String purpose, SecretBytes clear, SecureRandom random) {
    return ClearBytes.read(clear, bytes -> seal(key, purpose, bytes, random));
  }

  /** Seals bytes that are not themselves a key; the caller keeps (and may zero) the array. */
  public static byte[] seal(SecretBytes key, String purpose, byte[] clear, SecureRandom random) {
    byte[] header = Arrays.copyOf(MAGIC, HEADER_BYTES);
    header[HEADER_BYTES - 1] = VERSION;
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] box = Arrays.copyOf(header, OVERHEAD_BYTES + clear.length);
    System.arraycopy(nonce, 0, box, HEADER_BYTES, NONCE_BYTES);
    return ClearBytes.read(
        key,
        clearKey -> {
          try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, clearKey, nonce, header, purpose);
            cipher.doFinal(clear, 0, clear.length, box, HEADER_BYTES + NONCE_BYTES);
            return box;
          } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK lacks AES-GCM", impossible);
          }
        });
  }

  /**
   * Opens a box.
   *
   * @return the contents, owned by the caller
   * @throws CryptoException.Damaged when it is no box
   * @throws CryptoException.NewerVersion when a newer software made it
   * @throws CryptoException.WrongKey when key or purpose are others, or a bit was changed
   */
  public static SecretBytes open(SecretBytes key, String purpose, byte[] box) {
    if (box.length < OVERHEAD_BYTES
        || !Arrays.equals(box, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new CryptoException.Damaged("This is not a sealed box, or it was cut short.");
    }
    if (box[HEADER_BYTES - 1] != VERSION) {
      throw new CryptoException.NewerVersion(
          "This sealed box has format version "
              + (box[HEADER_BYTES - 1] & 0xff)
              + "; this software reads version 1.");
    }
    return ClearBytes.read(key, clearKey -> open(clearKey, purpose, box));
  }

  /**
   * Opens a box whose contents are not themselves a key, such as a document in which every key has
   * a box of its own; the caller keeps (and may zero) the array. Failures are those of {@link
   * #open(SecretBytes, String, byte[])}.
   */
  public static byte[] openDocument(SecretBytes key, String purpose, byte[] box) {
    try (SecretBytes contents = open(key, purpose, box)) {
      return ClearBytes.<byte[], RuntimeException>read(contents, byte[]::clone);
    }
  }

  private static SecretBytes open(byte[] key, String purpose, byte[] box) {
    byte[] header = Arrays.copyOf(box, HEADER_BYTES);
    byte[] nonce = Arrays.copyOfRange(box, HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, nonce, header, purpose);
      int start = HEADER_BYTES + NONCE_BYTES;
      return SecretBytes.takeOver(cipher.doFinal(box, start, box.length - start));
    } catch (AEADBadTagException wrong) {
      throw new CryptoException.WrongKey(
          "The key does not open this sealed box: it is another key, another purpose, or the box"
              + " was changed.");
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK lacks AES-GCM", impossible);
    }
  }

  private static Provider provider() {
    try {
      return Cipher.getInstance(TRANSFORMATION).getProvider();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK lacks AES-GCM", impossible);
    }
  }

  private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] header, String purpose)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(TRANSFORMATION, PROVIDER);
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BYTES * 8, nonce));
    cipher.updateAAD(header);
    cipher.updateAAD(purpose.getBytes(UTF_8));
    return cipher;
  }
}
