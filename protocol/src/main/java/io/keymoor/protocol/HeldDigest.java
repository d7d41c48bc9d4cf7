package io.keymoor.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Fingerprint of a set of keys that follows the set: a key that comes or goes costs one hash,
 * however many others there are. Equal when the sets are.
 *
 * <p>It is the sum, modulo 2^256, of the SHA-256 of one line per key, {@code provider/id} and a
 * line feed; big-endian, in hexadecimal. It keeps two honest sides in step. Whoever chooses
 * thousands of key ids can make two sets look alike, and gains that a host lacks a key which the
 * manager believes it to have; a KMS that wants that need only refuse the key.
 *
 * <p>The caller adds a key once, and removes only what was added. Not thread-safe.
 */
public final class HeldDigest {
  private static final int WORDS = 4;

  /** Least significant word first. */
  private final long[] sum = new long[WORDS];

  private final MessageDigest hash;

  /** Of no key. */
  public HeldDigest() {
    try {
      this.hash = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this JDK lacks SHA-256", impossible);
    }
  }

  /** The same set, to go on with. */
  public HeldDigest copy() {
    HeldDigest same = new HeldDigest();
    System.arraycopy(sum, 0, same.sum, 0, WORDS);
    return same;
  }

  /** A key that was not in the set is. */
  public void add(UUID provider, String id) {
    ByteBuffer line = line(provider, id);
    long carry = 0;
    for (int word = 0; word < WORDS; word++) {
      long value = line.getLong((WORDS - 1 - word) * Long.BYTES);
      long partial = sum[word] + value;
      long total = partial + carry;
      carry =
          Long.compareUnsigned(partial, value) < 0 || Long.compareUnsigned(total, carry) < 0
              ? 1
              : 0;
      sum[word] = total;
    }
  }

  /** A key that was in the set is not. */
  public void remove(UUID provider, String id) {
    ByteBuffer line = line(provider, id);
    long borrow = 0;
    for (int word = 0; word < WORDS; word++) {
      long value = line.getLong((WORDS - 1 - word) * Long.BYTES);
      long before = sum[word];
      long partial = before - value;
      long total = partial - borrow;
      borrow =
          Long.compareUnsigned(before, value) < 0 || Long.compareUnsigned(partial, borrow) < 0
              ? 1
              : 0;
      sum[word] = total;
    }
  }

  private ByteBuffer line(UUID provider, String id) {
    return ByteBuffer.wrap(hash.digest((provider + "/" + id + "\n").getBytes(UTF_8)));
  }

  /** The fingerprint: 64 hexadecimal digits. */
  public String text() {
    ByteBuffer bytes = ByteBuffer.allocate(WORDS * Long.BYTES);
    for (int word = WORDS - 1; word >= 0; word--) {
      bytes.putLong(sum[word]);
    }
    return HexFormat.of().formatHex(bytes.array());
  }
}
