package io.keymoor.tpm.credential;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** KDFa and KDFe with SHA-256 (part 1, section 11.4.10), for up to 256 bits: one round. */
final class Derivation {
  private static final int MOST_BITS = 256;
  private static final String HMAC = "HmacSHA256";

  private Derivation() {}

  /** KDFa; the result is the caller's to zero. */
  static byte[] kdfa(byte[] key, String label, byte[] context, int bits)
      throws GeneralSecurityException {
    requireOneRound(bits);
    Mac mac = Mac.getInstance(HMAC);
    mac.init(new SecretKeySpec(key, HMAC));
    mac.update(number(1));
    mac.update(terminated(label));
    mac.update(context);
    mac.update(number(bits));
    return first(mac.doFinal(), bits);
  }

  /** KDFe; the result is the caller's to zero. */
  static byte[] kdfe(byte[] z, String use, byte[] u, byte[] v, int bits)
      throws GeneralSecurityException {
    requireOneRound(bits);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(number(1));
    digest.update(z);
    digest.update(terminated(use));
    digest.update(u);
    digest.update(v);
    return first(digest.digest(), bits);
  }

  static byte[] hmac(byte[] key, byte[]... parts) throws GeneralSecurityException {
    Mac mac = Mac.getInstance(HMAC);
    mac.init(new SecretKeySpec(key, HMAC));
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
  }

  /** Labels are hashed with the zero that ends them. */
  static byte[] terminated(String label) {
    return (label + "\0").getBytes(US_ASCII);
  }

  private static void requireOneRound(int bits) {
    if (bits < 8 || bits > MOST_BITS || bits % 8 != 0) {
      throw new IllegalArgumentException("8 to 256 bits, not " + bits);
    }
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  private static byte[] first(byte[] all, int bits) {
    byte[] part = Arrays.copyOf(all, bits / 8);
    Arrays.fill(all, (byte) 0);
    return part;
  }
}
