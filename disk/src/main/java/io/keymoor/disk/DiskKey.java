package io.keymoor.disk;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;

/**
 * What opens an image. The secrets stay the caller's: the disk module uses them and never closes
 * them.
 *
 * <p>QEMU and libvirt take passphrases as UTF-8 text only; {@link #hexOf} turns a binary DEK into
 * the passphrase to use in both places.
 */
public sealed interface DiskKey {
  /** The image is, or shall be, in clear. */
  DiskKey NONE = new None();

  /** No key: the image is, or shall be, in clear. */
  record None() implements DiskKey {}

  /**
   * A passphrase with at least 256 bits of randomness behind it. Guessing it is hopeless at any
   * iteration count, so a keyslot for it is written with the smallest one and opens at once.
   */
  record RandomSecret(SecretBytes secret) implements DiskKey {
    /** 256 bits take 32 bytes, or more once encoded as text. */
    public RandomSecret {
      if (secret.length() < 32) {
        throw new IllegalArgumentException(
            "a random secret of 256 bits has at least 32 bytes, not " + secret.length());
      }
    }
  }

  /** Words a person thought of; a keyslot for them is written with a costly iteration count. */
  record Passphrase(SecretBytes words) implements DiskKey {
    /** An empty passphrase protects nothing. */
    public Passphrase {
      if (words.length() == 0) {
        throw new IllegalArgumentException("a passphrase cannot be empty");
      }
    }
  }

  /** The lower-case hexadecimal digits of {@code key} as ASCII bytes; the caller closes them. */
  static SecretBytes hexOf(SecretBytes key) {
    return ClearBytes.<SecretBytes, RuntimeException>read(
        key,
        clear -> {
          byte[] digits = new byte[clear.length * 2];
          for (int i = 0; i < clear.length; i++) {
            digits[2 * i] = digit(clear[i] >> 4 & 15);
            digits[2 * i + 1] = digit(clear[i] & 15);
          }
          return SecretBytes.takeOver(digits);
        });
  }

  /** Without a table look-up, whose cache line would depend on the key. */
  private static byte digit(int nibble) {
    return (byte) ('0' + nibble + (((9 - nibble) >> 31) & ('a' - '0' - 10)));
  }
}
