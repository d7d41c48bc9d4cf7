package io.keymoor.disk.luks2;

import io.keymoor.disk.DiskKey;
import io.keymoor.disk.Machine;
import io.keymoor.disk.json.Json;
import io.keymoor.disk.luks.HashSpec;
import io.keymoor.disk.luks.KeyMaterial;
import io.keymoor.disk.luks.Pbkdf2;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/**
 * A keyslot that is being made: PBKDF2 with SHA-256.
 *
 * @param material what goes to its area
 * @param ours whether the secret is a random one of Keymoor
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record NewKeyslot(byte[] material, Json.Members json, boolean ours) {
  /** As cryptsetup lays them out. */
  static final int AREA_BYTES = 258_048;

  /** The least cryptsetup accepts; enough where guessing is hopeless anyway. */
  static final int FEWEST_ITERATIONS = 1000;

  /** About a second of work on one core of a current server. */
  private static final int PASSPHRASE_ITERATIONS = 1_000_000;

  private static final int SALT_BYTES = 32;

  /** A keyslot for {@code key}, whose area shall lie at {@code offset}. */
  static NewKeyslot create(
      DiskKey key, SecretBytes volumeKey, long offset, SecureRandom random, Machine machine) {
    return switch (key) {
      case DiskKey.None none ->
          throw new IllegalArgumentException("a LUKS container needs a key, not " + none);
      case DiskKey.RandomSecret secret ->
          create(secret.secret(), FEWEST_ITERATIONS, true, volumeKey, offset, random, machine);
      case DiskKey.Passphrase passphrase ->
          create(
              passphrase.words(), PASSPHRASE_ITERATIONS, false, volumeKey, offset, random, machine);
    };
  }

  private static NewKeyslot create(
      SecretBytes passphrase,
      int iterations,
      boolean ours,
      SecretBytes volumeKey,
      long offset,
      SecureRandom random,
      Machine machine) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    try (SecretBytes slotKey =
        SecretBytes.takeOver(
            derive(passphrase, salt, iterations, KeyMaterial.KEY_BYTES, machine))) {
      return new NewKeyslot(
          KeyMaterial.seal(HashSpec.SHA256, volumeKey, slotKey, random, machine),
          describe(salt, iterations, offset),
          ours);
    }
  }

  static byte[] derive(SecretBytes from, byte[] salt, int iterations, int length, Machine machine) {
    return ClearBytes.<byte[], RuntimeException>read(
        from, clear -> Pbkdf2.derive(HashSpec.SHA256, clear, salt, iterations, length, machine));
  }

  private static Json.Members describe(byte[] salt, int iterations, long offset) {
    return Json.object(
        "type", new Json.Text("luks2"),
        "key_size", new Json.Whole(KeyMaterial.KEY_BYTES),
        "af",
            Json.object(
                "type", new Json.Text("luks1"),
                "stripes", new Json.Whole(KeyMaterial.STRIPES),
                "hash", new Json.Text("sha256")),
        "area",
            Json.object(
                "type", new Json.Text("raw"),
                "offset", new Json.Text(Long.toString(offset)),
                "size", new Json.Text(Long.toString(AREA_BYTES)),
                "encryption", new Json.Text("aes-xts-plain64"),
                "key_size", new Json.Whole(KeyMaterial.KEY_BYTES)),
        "kdf",
            Json.object(
                "type", new Json.Text("pbkdf2"),
                "hash", new Json.Text("sha256"),
                "iterations", new Json.Whole(iterations),
                "salt", new Json.Text(Base64.getEncoder().encodeToString(salt))));
  }

  /**
   * Says that the secret behind a keyslot is a random one that Keymoor keeps; {@code cryptsetup
   * luksDump} lists it. Cryptsetup asks for {@code type} and {@code keyslots}.
   */
  static Json.Members token(int number) {
    return Json.object(
        "type", new Json.Text("keymoor"),
        "keyslots", Json.texts(List.of(Integer.toString(number))),
        "version", new Json.Whole(1));
  }
}
