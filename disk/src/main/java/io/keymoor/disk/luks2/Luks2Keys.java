package io.keymoor.disk.luks2;

import io.keymoor.crypto.Argon2id;
import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.DiskException.WrongKey;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageBytes;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.Machine;
import io.keymoor.disk.luks.KeyMaterial;
import io.keymoor.disk.luks.LuksSource;
import io.keymoor.disk.luks.Pbkdf2;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;

/** Opens keyslots and makes new containers. Stateless. */
public final class Luks2Keys {
  /** Where the payload of a new container starts unless something else is said. */
  public static final int PAYLOAD_OFFSET = NewLuks2Container.PAYLOAD_OFFSET;

  private Luks2Keys() {}

  /** Opens the disk in {@code file}, which the source closes, also when this throws. */
  public static LuksSource open(ImageFile file, SecretBytes passphrase, Machine machine) {
    try {
      Luks2Header header = Luks2Header.read(file);
      try (SecretBytes volumeKey = unlock(file, header, passphrase, machine)) {
        return new LuksSource(file, header.payload(), volumeKey, machine);
      }
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Opens the container with {@code passphrase} and returns its volume key, which the caller
   * closes. Costs one key derivation per keyslot; one of Argon2id takes the memory it was made to
   * take.
   *
   * @throws WrongKey when no keyslot accepts the passphrase
   */
  public static SecretBytes unlock(ImageBytes area, Luks2Header header, SecretBytes passphrase) {
    return unlock(area, header, passphrase, Machine.JAVA);
  }

  /** As before, and uses {@code machine}. */
  public static SecretBytes unlock(
      ImageBytes area, Luks2Header header, SecretBytes passphrase, Machine machine) {
    return header.metadata().keyslots().stream()
        .flatMap(slot -> open(area, header, slot, passphrase, machine).stream())
        .findFirst()
        .orElseThrow(() -> new WrongKey(area.name()));
  }

  private static Optional<SecretBytes> open(
      ImageBytes area,
      Luks2Header header,
      Metadata.Keyslot slot,
      SecretBytes passphrase,
      Machine machine) {
    byte[] material = new byte[KeyMaterial.BYTES];
    area.read(slot.areaOffset(), material, 0, material.length);
    SecretBytes candidate;
    try (SecretBytes slotKey = slotKey(area.name(), slot.kdf(), passphrase, machine)) {
      candidate = KeyMaterial.open(slot.splitHash(), material, slotKey, machine);
    }
    if (recognises(header.metadata().digest(), candidate, machine)) {
      return Optional.of(candidate);
    }
    candidate.close();
    return Optional.empty();
  }

  /** Whether {@code passphrase} opens this very keyslot. */
  static boolean opens(
      ImageBytes area, Luks2Header header, Metadata.Keyslot slot, SecretBytes passphrase) {
    Optional<SecretBytes> volumeKey = open(area, header, slot, passphrase, Machine.JAVA);
    volumeKey.ifPresent(SecretBytes::close);
    return volumeKey.isPresent();
  }

  private static boolean recognises(
      Metadata.VolumeDigest digest, SecretBytes candidate, Machine machine) {
    byte[] computed =
        ClearBytes.<byte[], RuntimeException>read(
            candidate,
            clear ->
                Pbkdf2.derive(
                    digest.hash(),
                    clear,
                    digest.salt(),
                    digest.iterations(),
                    digest.value().length,
                    machine));
    return MessageDigest.isEqual(computed, digest.value());
  }

  private static SecretBytes slotKey(
      String image, Metadata.Kdf kdf, SecretBytes passphrase, Machine machine) {
    return switch (kdf) {
      case Metadata.Kdf.Pbkdf2 cost ->
          ClearBytes.<SecretBytes, RuntimeException>read(
              passphrase,
              clear ->
                  SecretBytes.takeOver(
                      Pbkdf2.derive(
                          cost.hash(),
                          clear,
                          cost.salt(),
                          cost.iterations(),
                          KeyMaterial.KEY_BYTES,
                          machine)));
      case Metadata.Kdf.Argon2 cost -> {
        requireMemory(image, cost.cost());
        yield Argon2id.derive(passphrase, cost.salt(), cost.cost(), KeyMaterial.KEY_BYTES);
      }
    };
  }

  /** A heap that is too small would take the whole process down, not this operation alone. */
  private static void requireMemory(String image, Argon2id.Cost cost) {
    long mebibytes = cost.memoryKib() / 1024;
    Runtime runtime = Runtime.getRuntime();
    long free = runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
    if (mebibytes > (free >> 20) * 3 / 4) {
      throw new UnsupportedImage(
          image,
          "a keyslot takes "
              + mebibytes
              + " MiB of memory (Argon2id) and this process may use "
              + (free >> 20)
              + " MiB more; raise its -Xmx, or change the keyslot with cryptsetup luksConvertKey");
    }
  }

  /**
   * A new container with a fresh volume key and {@code key} in its first keyslot.
   *
   * @param sectorBytes 512 or 4096
   */
  public static NewLuks2Container create(DiskKey key, int sectorBytes, SecureRandom random) {
    return create(key, sectorBytes, NewLuks2Container.PAYLOAD_OFFSET, random, Machine.JAVA);
  }

  /**
   * As {@link #create(DiskKey, int, SecureRandom)}, with the payload elsewhere.
   *
   * @param payloadOffset in bytes, whole mebibytes
   */
  public static NewLuks2Container create(
      DiskKey key, int sectorBytes, long payloadOffset, SecureRandom random, Machine machine) {
    return NewLuks2Container.create(key, sectorBytes, payloadOffset, random, machine);
  }
}
