package io.keymoor.disk.luks;

import io.keymoor.disk.Machine;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The anti-forensic splitter: a key blown up to many stripes, all of which are needed to get it
 * back, so that a disk that keeps a few stale sectors keeps nothing.
 *
 * <pre>
 * s[1] ... s[n-1] random          d[0] = 0
 * d[k]  = diffuse(d[k-1] ^ s[k])  s[n] = d[n-1] ^ key
 * diffuse: each digest-sized piece i becomes hash(be32(i) | piece), the last one cut to size
 * </pre>
 */
final class AntiForensic {
  private static final int NUMBER_BYTES = 4;

  private AntiForensic() {}

  /**
   * Splits {@code key} into stripes of its length, as many as there are in {@code material}, which
   * holds noise and is returned; the caller zeroes it.
   */
  static byte[] split(HashSpec hash, byte[] key, byte[] material, Machine machine) {
    int stripes = material.length / key.length;
    byte[] state = condense(hash, material, key.length, stripes - 1, machine);
    int last = key.length * (stripes - 1);
    for (int i = 0; i < key.length; i++) {
      material[last + i] = (byte) (state[i] ^ key[i]);
    }
    Arrays.fill(state, (byte) 0);
    return material;
  }

  /** Gets the key back; the caller zeroes it. */
  static byte[] merge(HashSpec hash, byte[] material, int keyBytes, int stripes, Machine machine) {
    byte[] key = condense(hash, material, keyBytes, stripes - 1, machine);
    xor(key, material, keyBytes * (stripes - 1));
    return key;
  }

  private static byte[] condense(
      HashSpec hash, byte[] material, int keyBytes, int stripes, Machine machine) {
    byte[] state = new byte[keyBytes];
    return machine
        .keyHashing()
        .filter(hashing -> hashing.condense(hash.digestName(), material, stripes, state))
        .map(_ -> state)
        .orElseGet(() -> condense(hash, material, keyBytes, stripes));
  }

  /**
   * Four thousand stripes are digested before any of this is compiled, so it does nothing twice.
   */
  private static byte[] condense(HashSpec hash, byte[] material, int keyBytes, int stripes) {
    MessageDigest digest = hash.digest();
    byte[] state = new byte[keyBytes];
    byte[] numbered = new byte[NUMBER_BYTES + digest.getDigestLength()];
    for (int i = 0; i < stripes; i++) {
      xor(state, material, i * keyBytes);
      diffuse(digest, state, numbered);
    }
    Arrays.fill(numbered, (byte) 0);
    return state;
  }

  private static void diffuse(MessageDigest digest, byte[] state, byte[] numbered) {
    int pieceBytes = numbered.length - NUMBER_BYTES;
    for (int piece = 0, at = 0; at < state.length; piece++, at += pieceBytes) {
      int length = Math.min(pieceBytes, state.length - at);
      numbered[NUMBER_BYTES - 1] = (byte) piece;
      System.arraycopy(state, at, numbered, NUMBER_BYTES, length);
      digest.update(numbered, 0, NUMBER_BYTES + length);
      if (length == pieceBytes) {
        digestInto(digest, state, at, length);
      } else {
        byte[] mixed = digest.digest();
        System.arraycopy(mixed, 0, state, at, length);
        Arrays.fill(mixed, (byte) 0);
      }
    }
  }

  private static void digestInto(MessageDigest digest, byte[] state, int at, int length) {
    try {
      int _ = digest.digest(state, at, length);
    } catch (DigestException e) {
      throw new IllegalStateException("a digest is longer than it said", e);
    }
  }

  private static void xor(byte[] state, byte[] material, int offset) {
    for (int i = 0; i < state.length; i++) {
      state[i] ^= material[offset + i];
    }
  }
}
