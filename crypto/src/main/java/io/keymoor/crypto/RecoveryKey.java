package io.keymoor.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A 256-bit key as people write it down and type it.
 *
 * <pre>
 *   0123-4567-… : 14 groups of four characters of Crockford's base 32
 *     52 characters  the key, 256 bits, most significant first, and four zero bits
 *      4 characters  the first 20 bits of SHA-256("keymoor/recovery/1", key)
 * </pre>
 *
 * <p>Guarantee: a key with a wrong, missing or swapped character is told from the true one but once
 * in a million; lower case, {@code O} for 0, {@code I} and {@code L} for 1 are understood. The
 * arrays are the caller's to zero.
 */
public final class RecoveryKey {
  /** Length of the key in bytes. */
  public static final int BYTES = 32;

  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final byte[] LABEL = "keymoor/recovery/1".getBytes(US_ASCII);
  private static final int KEY_CHARACTERS = 52;
  private static final int CHECK_CHARACTERS = 4;
  private static final int CHARACTERS = KEY_CHARACTERS + CHECK_CHARACTERS;
  private static final int GROUP = 4;

  private RecoveryKey() {}

  /** The key's text. */
  public static char[] text(SecretBytes key) {
    if (key.length() != BYTES) {
      throw new IllegalArgumentException("a recovery key has 32 bytes");
    }
    return ClearBytes.<char[], RuntimeException>read(key, RecoveryKey::text);
  }

  private static char[] text(byte[] key) {
    byte[] check = check(key);
    byte[] all = Arrays.copyOf(key, BYTES + 1);
    try {
      char[] text = new char[CHARACTERS + CHARACTERS / GROUP - 1];
      for (int i = 0, at = 0; i < CHARACTERS; i++) {
        if (i > 0 && i % GROUP == 0) {
          text[at++] = '-';
        }
        int five = i < KEY_CHARACTERS ? five(all, i) : five(check, i - KEY_CHARACTERS);
        text[at++] = ALPHABET.charAt(five);
      }
      return text;
    } finally {
      Arrays.fill(all, (byte) 0);
    }
  }

  /**
   * The key that was typed, owned by the caller.
   *
   * @throws IllegalArgumentException with a clause that says what is wrong with it, never repeating
   *     it
   */
  public static SecretBytes parse(char[] typed) {
    byte[] fives = new byte[CHARACTERS];
    byte[] key = new byte[BYTES + 1];
    try {
      int count = 0;
      for (char character : typed) {
        if (character == '-' || Character.isWhitespace(character)) {
          continue;
        }
        int five = value(character);
        if (five < 0 || count == CHARACTERS) {
          throw new IllegalArgumentException(
              five < 0
                  ? "it has a character that no recovery key has"
                  : "it has more than 14 groups of four characters");
        }
        fives[count++] = (byte) five;
      }
      if (count < CHARACTERS) {
        throw new IllegalArgumentException("it has fewer than 14 groups of four characters");
      }
      for (int i = 0; i < KEY_CHARACTERS; i++) {
        put(key, i, fives[i]);
      }
      byte[] bare = Arrays.copyOf(key, BYTES);
      byte[] check = check(bare);
      boolean right = key[BYTES] == 0;
      for (int i = 0; i < CHECK_CHARACTERS; i++) {
        right &= five(check, i) == fives[KEY_CHARACTERS + i];
      }
      if (!right) {
        Arrays.fill(bare, (byte) 0);
        throw new IllegalArgumentException("at least one character of it is wrong");
      }
      return SecretBytes.takeOver(bare);
    } finally {
      Arrays.fill(fives, (byte) 0);
      Arrays.fill(key, (byte) 0);
    }
  }

  private static int value(char character) {
    char upper = Character.toUpperCase(character);
    return switch (upper) {
      case 'O' -> 0;
      case 'I', 'L' -> 1;
      default -> ALPHABET.indexOf(upper);
    };
  }

  /** Five bits from bit {@code 5 * index} on, most significant first. */
  private static int five(byte[] bytes, int index) {
    int value = 0;
    for (int bit = 5 * index; bit < 5 * index + 5; bit++) {
      value = value << 1 | (bytes[bit / 8] >> (7 - bit % 8) & 1);
    }
    return value;
  }

  private static void put(byte[] bytes, int index, int five) {
    for (int i = 0; i < 5; i++) {
      int bit = 5 * index + i;
      if (bit / 8 < bytes.length) {
        bytes[bit / 8] |= (byte) ((five >> (4 - i) & 1) << (7 - bit % 8));
      }
    }
  }

  private static byte[] check(byte[] key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(LABEL);
      return digest.digest(key);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this JDK lacks SHA-256", impossible);
    }
  }
}
