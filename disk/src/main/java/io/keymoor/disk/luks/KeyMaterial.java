package io.keymoor.disk.luks;

import io.keymoor.disk.Machine;
import io.keymoor.disk.xts.XtsCipher;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * A volume key as it lies in a keyslot: split into 4,000 stripes and encrypted with AES-256-XTS
 * under the keyslot's key, sectors numbered from zero.
 */
public final class KeyMaterial {
  /** The length of a volume key, and of a keyslot's key. */
  public static final int KEY_BYTES = XtsCipher.KEY_BYTES;

  public static final int STRIPES = 4000;
  public static final int BYTES = KEY_BYTES * STRIPES;

  private KeyMaterial() {}

  /** Splits and encrypts {@code volumeKey}; what comes back gives nothing away without the key. */
  public static byte[] seal(
      HashSpec hash,
      SecretBytes volumeKey,
      SecretBytes slotKey,
      SecureRandom random,
      Machine machine) {
    byte[] noise = noise(random, machine);
    byte[] material =
        ClearBytes.<byte[], RuntimeException>read(
            volumeKey, clear -> AntiForensic.split(hash, clear, noise, machine));
    try (XtsCipher cipher = new XtsCipher(slotKey, machine)) {
      cipher.encrypt(0, material, 0, material.length);
    }
    return material;
  }

  /**
   * A quarter of a mebibyte that nobody can guess: zeros, encrypted with a key that is random and
   * forgotten. Taking all of it from {@code random} is slow until that is compiled.
   */
  private static byte[] noise(SecureRandom random, Machine machine) {
    byte[] noise = new byte[BYTES];
    try (SecretBytes key = SecretBytes.random(KEY_BYTES, random);
        XtsCipher cipher = new XtsCipher(key, machine)) {
      cipher.encrypt(0, noise, 0, noise.length);
    }
    return noise;
  }

  /**
   * Decrypts and merges, and scrambles {@code material}. A wrong key gives noise: the caller
   * compares the digest, and closes what comes back.
   */
  public static SecretBytes open(
      HashSpec hash, byte[] material, SecretBytes slotKey, Machine machine) {
    try (XtsCipher cipher = new XtsCipher(slotKey, machine)) {
      cipher.decrypt(0, material, 0, material.length);
    }
    byte[] candidate = AntiForensic.merge(hash, material, KEY_BYTES, STRIPES, machine);
    Arrays.fill(material, (byte) 0);
    return SecretBytes.takeOver(candidate);
  }
}
