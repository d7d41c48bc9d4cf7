package io.keymoor.crypto;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA-256 (RFC 2104, FIPS 198-1), 32 bytes. Verification is constant-time. Thread-safe. */
public final class Mac {
  private Mac() {}

  /** The MAC of {@code data} under {@code key}. */
  public static byte[] of(SecretBytes key, byte[] data) {
    return ClearBytes.read(key, clear -> hmac(clear, data));
  }

  /** Whether {@code mac} is the MAC of {@code data}. */
  public static boolean verify(SecretBytes key, byte[] data, byte[] mac) {
    return MessageDigest.isEqual(of(key, data), mac);
  }

  private static byte[] hmac(byte[] key, byte[] data) {
    try {
      javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(data);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK lacks HmacSHA256", impossible);
    }
  }
}
