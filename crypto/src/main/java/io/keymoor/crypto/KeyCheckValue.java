package io.keymoor.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.secret.SecretBytes;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A short public fingerprint of a key, to tell "right name, wrong key" before a key is tried on
 * data (P2): the first 8 bytes of HMAC-SHA-256(key, "keymoor/kcv/v1") as 16 hexadecimal digits.
 *
 * <p>It says nothing usable about the key: finding a 256-bit key from it is finding a preimage.
 *
 * @param hex 16 lower-case hexadecimal digits
 */
public record KeyCheckValue(String hex) {
  private static final int BYTES = 8;
  private static final byte[] LABEL = "keymoor/kcv/v1".getBytes(US_ASCII);

  public KeyCheckValue {
    if (hex.length() != 2 * BYTES || !isHex(hex)) {
      throw new IllegalArgumentException("a key check value has 16 lower-case hexadecimal digits");
    }
  }

  private static boolean isHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char digit = text.charAt(i);
      if (!((digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f'))) {
        return false;
      }
    }
    return true;
  }

  /** The check value of {@code key}. */
  public static KeyCheckValue of(SecretBytes key) {
    return new KeyCheckValue(HexFormat.of().formatHex(Arrays.copyOf(Mac.of(key, LABEL), BYTES)));
  }

  /** Whether {@code key} has this check value; constant-time. */
  public boolean matches(SecretBytes key) {
    return MessageDigest.isEqual(of(key).hex.getBytes(US_ASCII), hex.getBytes(US_ASCII));
  }

  @Override
  public String toString() {
    return hex;
  }
}
