package io.keymoor.disk.luks;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
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
  private AntiForensic() {}

  /** Splits {@code key} into {@code stripes} stripes of its length; the caller zeroes them. */
  static byte[] split(HashSpec hash, byte[] key, int stripes, SecureRandom random) {
    byte[] material = new byte[key.length * stripes];
    random.nextBytes(material);
    byte[] state = condense(hash, material, key.length, stripes - 1);
    int last = key.length * (stripes - 1);
    for (int i = 0; i < key.length; i++) {
      material[last + i] = (byte) (state[i] ^ key[i]);
    }
    Arrays.fill(state, (byte) 0);
    return material;
  }

  /** Gets the key back; the caller zeroes it. */
  static byte[] merge(HashSpec hash, byte[] material, int keyBytes, int stripes) {
    byte[] key = condense(hash, material, keyBytes, stripes - 1);
    xor(key, material, keyBytes * (stripes - 1));
    return key;
  }

  private static byte[] condense(HashSpec hash, byte[] material, int keyBytes, int stripes) {
    MessageDigest digest = hash.digest();
    byte[] state = new byte[keyBytes];
    for (int i = 0; i < stripes; i++) {
      xor(state, material, i * keyBytes);
      diffuse(digest, state);
    }
    return state;
  }

  private static void diffuse(MessageDigest digest, byte[] state) {
    int pieceBytes = digest.getDigestLength();
    for (int piece = 0, at = 0; at < state.length; piece++, at += pieceBytes) {
      int length = Math.min(pieceBytes, state.length - at);
      digest.update(ByteBuffer.allocate(4).putInt(0, piece));
      digest.update(state, at, length);
      byte[] mixed = digest.digest();
      System.arraycopy(mixed, 0, state, at, length);
      Arrays.fill(mixed, (byte) 0);
    }
  }

  private static void xor(byte[] state, byte[] material, int offset) {
    for (int i = 0; i < state.length; i++) {
      state[i] ^= material[offset + i];
    }
  }
}
