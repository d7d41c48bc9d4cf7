package io.keymoor.disk.luks1;

import io.keymoor.disk.DiskException.WrongKey;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageBytes;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.Machine;
import io.keymoor.disk.luks.HashSpec;
import io.keymoor.disk.luks.KeyMaterial;
import io.keymoor.disk.luks.LuksSource;
import io.keymoor.disk.luks.Pbkdf2;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Opens keyslots and makes new headers. Stateless. */
public final class Luks1Keys {
  /** The least the specification allows; enough where guessing is hopeless anyway. */
  private static final int FEWEST_ITERATIONS = 1000;

  /** About a second of work on one core of a current server. */
  private static final int PASSPHRASE_ITERATIONS = 1_000_000;

  private static final int DIGEST_BYTES = 20;
  private static final int SALT_BYTES = 32;

  /** Key material starts on 4 KiB boundaries, as cryptsetup lays it out. */
  private static final int SLOT_STRIDE_SECTORS = 504;

  private static final int FIRST_SLOT_SECTOR = 8;

  /** What the header and eight keyslots take; QEMU makes areas of just this length in qcow2. */
  public static final int SMALLEST_AREA =
      (FIRST_SLOT_SECTOR + Luks1Header.SLOTS * SLOT_STRIDE_SECTORS) * Luks1Header.SECTOR;

  /** Where the payload of a new container starts unless something else is said. */
  public static final int PAYLOAD_OFFSET = 4096 * Luks1Header.SECTOR;

  private Luks1Keys() {}

  /** Opens the disk in {@code file}, which the source closes, also when this throws. */
  public static LuksSource open(ImageFile file, SecretBytes passphrase, Machine machine) {
    try {
      Luks1Header header = Luks1Header.read(file);
      LuksSource.Payload payload = LuksSource.Payload.upToTheEnd(file, header.payloadOffset());
      try (SecretBytes volumeKey = unlock(file, header, passphrase, machine)) {
        return new LuksSource(file, payload, volumeKey, machine);
      }
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Opens the container with {@code passphrase} and returns its volume key, which the caller
   * closes. Costs one PBKDF2 run per keyslot in use.
   *
   * @throws WrongKey when no keyslot accepts the passphrase
   */
  public static SecretBytes unlock(ImageBytes area, Luks1Header header, SecretBytes passphrase) {
    return unlock(area, header, passphrase, Machine.JAVA);
  }

  /** As before, and uses {@code machine}. */
  public static SecretBytes unlock(
      ImageBytes area, Luks1Header header, SecretBytes passphrase, Machine machine) {
    return ClearBytes.<SecretBytes, RuntimeException>read(
        passphrase,
        clear ->
            header.keyslots().stream()
                .filter(Luks1Header.Keyslot::active)
                .flatMap(slot -> open(area, header, slot, clear, machine).stream())
                .findFirst()
                .orElseThrow(() -> new WrongKey(area.name())));
  }

  private static Optional<SecretBytes> open(
      ImageBytes area,
      Luks1Header header,
      Luks1Header.Keyslot slot,
      byte[] passphrase,
      Machine machine) {
    byte[] material = new byte[KeyMaterial.BYTES];
    long position = (long) slot.materialSector() * Luks1Header.SECTOR;
    area.read(position, material, 0, material.length);
    SecretBytes candidate;
    try (SecretBytes slotKey = slotKey(header.hash(), slot, passphrase, machine)) {
      candidate = KeyMaterial.open(header.hash(), material, slotKey, machine);
    }
    byte[] digest =
        digest(header.hash(), candidate, header.digestSalt(), header.digestIterations(), machine);
    if (MessageDigest.isEqual(digest, header.digest())) {
      return Optional.of(candidate);
    }
    candidate.close();
    return Optional.empty();
  }

  private static byte[] digest(
      HashSpec hash, SecretBytes volumeKey, byte[] salt, int iterations, Machine machine) {
    return ClearBytes.<byte[], RuntimeException>read(
        volumeKey, clear -> Pbkdf2.derive(hash, clear, salt, iterations, DIGEST_BYTES, machine));
  }

  private static SecretBytes slotKey(
      HashSpec hash, Luks1Header.Keyslot slot, byte[] passphrase, Machine machine) {
    return SecretBytes.takeOver(
        Pbkdf2.derive(
            hash, passphrase, slot.salt(), slot.iterations(), Luks1Header.KEY_BYTES, machine));
  }

  /**
   * A new container with a fresh volume key and {@code key} in its first keyslot.
   *
   * @param hash SHA-256 or SHA-512
   */
  public static NewLuks1Container create(DiskKey key, HashSpec hash, SecureRandom random) {
    return create(key, hash, PAYLOAD_OFFSET, random, Machine.JAVA);
  }

  /**
   * As {@link #create(DiskKey, HashSpec, SecureRandom)}, with the payload elsewhere.
   *
   * @param payloadOffset in bytes, whole sectors, {@link #SMALLEST_AREA} at least
   */
  public static NewLuks1Container create(
      DiskKey key, HashSpec hash, long payloadOffset, SecureRandom random, Machine machine) {
    if (payloadOffset < SMALLEST_AREA || payloadOffset % Luks1Header.SECTOR != 0) {
      throw new IllegalArgumentException("no payload starts at byte " + payloadOffset);
    }
    if (hash == HashSpec.SHA1) {
      throw new IllegalArgumentException("SHA-1 is read, not written");
    }
    return switch (key) {
      case DiskKey.None none ->
          throw new IllegalArgumentException("a LUKS container needs a key, not " + none);
      case DiskKey.RandomSecret secret ->
          create(secret.secret(), FEWEST_ITERATIONS, hash, payloadOffset, random, machine);
      case DiskKey.Passphrase passphrase ->
          create(passphrase.words(), PASSPHRASE_ITERATIONS, hash, payloadOffset, random, machine);
    };
  }

  private static NewLuks1Container create(
      SecretBytes passphrase,
      int iterations,
      HashSpec hash,
      long payloadOffset,
      SecureRandom random,
      Machine machine) {
    SecretBytes volumeKey = SecretBytes.random(Luks1Header.KEY_BYTES, random);
    byte[] digestSalt = randomBytes(SALT_BYTES, random);
    byte[] digest = digest(hash, volumeKey, digestSalt, FEWEST_ITERATIONS, machine);
    Luks1Header header =
        new Luks1Header(
            hash,
            Math.toIntExact(payloadOffset / Luks1Header.SECTOR),
            digest,
            digestSalt,
            FEWEST_ITERATIONS,
            uuid(random),
            newKeyslots(iterations, random));
    byte[] material =
        seal(hash, header.keyslots().getFirst(), passphrase, volumeKey, random, machine);
    return new NewLuks1Container(header, material, volumeKey);
  }

  private static List<Luks1Header.Keyslot> newKeyslots(int iterations, SecureRandom random) {
    List<Luks1Header.Keyslot> slots = new ArrayList<>();
    for (int i = 0; i < Luks1Header.SLOTS; i++) {
      int material = FIRST_SLOT_SECTOR + i * SLOT_STRIDE_SECTORS;
      slots.add(
          i == 0
              ? new Luks1Header.Keyslot(true, iterations, randomBytes(SALT_BYTES, random), material)
              : new Luks1Header.Keyslot(false, 0, new byte[SALT_BYTES], material));
    }
    return slots;
  }

  /** The encrypted key material of a keyslot. */
  private static byte[] seal(
      HashSpec hash,
      Luks1Header.Keyslot slot,
      SecretBytes passphrase,
      SecretBytes volumeKey,
      SecureRandom random,
      Machine machine) {
    try (SecretBytes slotKey =
        ClearBytes.<SecretBytes, RuntimeException>read(
            passphrase, clear -> slotKey(hash, slot, clear, machine))) {
      return KeyMaterial.seal(hash, volumeKey, slotKey, random, machine);
    }
  }

  /** The encrypted key material of a keyslot for {@code key}. */
  static byte[] seal(
      HashSpec hash,
      Luks1Header.Keyslot slot,
      DiskKey key,
      SecretBytes volumeKey,
      SecureRandom random) {
    return switch (key) {
      case DiskKey.None none ->
          throw new IllegalArgumentException("a keyslot needs a key, not " + none);
      case DiskKey.RandomSecret secret ->
          seal(hash, slot, secret.secret(), volumeKey, random, Machine.JAVA);
      case DiskKey.Passphrase passphrase ->
          seal(hash, slot, passphrase.words(), volumeKey, random, Machine.JAVA);
    };
  }

  /** A keyslot in use for {@code key}, whose key material shall lie at a sector. */
  static Luks1Header.Keyslot freshKeyslot(DiskKey key, int materialSector, SecureRandom random) {
    int iterations =
        key instanceof DiskKey.RandomSecret ? FEWEST_ITERATIONS : PASSPHRASE_ITERATIONS;
    return new Luks1Header.Keyslot(
        true, iterations, randomBytes(SALT_BYTES, random), materialSector);
  }

  /** Whether {@code passphrase} opens this very keyslot. */
  static boolean opens(
      ImageBytes area, Luks1Header header, Luks1Header.Keyslot slot, SecretBytes passphrase) {
    Optional<SecretBytes> volumeKey =
        ClearBytes.<Optional<SecretBytes>, RuntimeException>read(
            passphrase, clear -> open(area, header, slot, clear, Machine.JAVA));
    volumeKey.ifPresent(SecretBytes::close);
    return volumeKey.isPresent();
  }

  private static byte[] randomBytes(int length, SecureRandom random) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A version 4 UUID from {@code random}, so that tests can steer it. */
  private static String uuid(SecureRandom random) {
    long high = (random.nextLong() & ~0xf000L) | 0x4000L;
    long low = (random.nextLong() & ~(3L << 62)) | (2L << 62);
    return new UUID(high, low).toString();
  }
}
