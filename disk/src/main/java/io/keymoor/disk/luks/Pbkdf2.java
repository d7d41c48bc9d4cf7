package io.keymoor.disk.luks;

import io.keymoor.disk.Machine;
import io.keymoor.disk.xts.TransientKey;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;

/**
 * PBKDF2 (RFC 8018) over bytes. The JDK's own takes characters only, and a volume key, whose digest
 * LUKS makes with PBKDF2 too, is not text.
 */
public final class Pbkdf2 {
  private Pbkdf2() {}

  /** Derives {@code length} bytes; the caller zeroes them. */
  public static byte[] derive(
      HashSpec hash, byte[] password, byte[] salt, int iterations, int length, Machine machine) {
    byte[] derived = new byte[length];
    return machine
        .keyHashing()
        .filter(hashing -> hashing.pbkdf2(hash.digestName(), password, salt, iterations, derived))
        .map(_ -> derived)
        .orElseGet(() -> derive(hash, password, salt, iterations, length));
  }

  /** As before, with Java alone. */
  static byte[] derive(HashSpec hash, byte[] password, byte[] salt, int iterations, int length) {
    try (TransientKey key = TransientKey.copyOf(hash.macName(), password, 0, password.length)) {
      Mac mac = Mac.getInstance(hash.macName());
      mac.init(key);
      byte[] derived = new byte[length];
      int blockBytes = mac.getMacLength();
      for (int block = 1, at = 0; at < length; block++, at += blockBytes) {
        deriveBlock(mac, salt, iterations, block, derived, at);
      }
      forget(mac, hash);
      return derived;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no " + hash.macName(), e);
    }
  }

  private static void deriveBlock(
      Mac mac, byte[] salt, int iterations, int number, byte[] derived, int at)
      throws GeneralSecurityException {
    mac.update(salt);
    mac.update(ByteBuffer.allocate(4).putInt(0, number));
    byte[] round = mac.doFinal();
    byte[] sum = round.clone();
    for (int i = 1; i < iterations; i++) {
      mac.update(round);
      mac.doFinal(round, 0);
      add(sum, round);
    }
    System.arraycopy(sum, 0, derived, at, Math.min(sum.length, derived.length - at));
    Arrays.fill(round, (byte) 0);
    Arrays.fill(sum, (byte) 0);
  }

  /** Apart from the loop over iterations, which is not worth compiling for a thousand of them. */
  private static void add(byte[] sum, byte[] round) {
    for (int b = 0; b < sum.length; b++) {
      sum[b] ^= round[b];
    }
  }

  /** The MAC keeps its padded key; another key takes its place. */
  private static void forget(Mac mac, HashSpec hash) throws GeneralSecurityException {
    try (TransientKey zeros = TransientKey.copyOf(hash.macName(), new byte[32], 0, 32)) {
      mac.init(zeros);
    }
  }
}
