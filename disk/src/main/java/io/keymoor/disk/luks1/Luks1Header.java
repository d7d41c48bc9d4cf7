package io.keymoor.disk.luks1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.ImageBytes;
import io.keymoor.disk.luks.HashSpec;
import io.keymoor.disk.luks.KeyMaterial;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The LUKS1 header, big endian, 592 bytes.
 *
 * <pre>
 *   0  6  magic "LUKS" BA BE          112 20  volume key digest (PBKDF2)
 *   6  2  version 1                   132 32  its salt
 *   8 32  cipher name "aes"           164  4  its iterations
 *  40 32  cipher mode "xts-plain64"   168 40  UUID as text
 *  72 32  hash name                   208     8 keyslots of 48 bytes:
 * 104  4  payload offset, sectors             0  4  00AC71F3 in use, 0000DEAD free
 * 108  4  volume key length, bytes            4  4  PBKDF2 iterations
 *                                             8 32  salt
 *                                            40  4  key material offset, sectors
 *                                            44  4  stripes, 4000
 * </pre>
 *
 * <p>Parsing checks every field against the limits below before anything is allocated or derived
 * from it. Immutable: the arrays inside are never handed to other packages.
 */
public final class Luks1Header {
  /** The length of the header proper. */
  public static final int BYTES = 592;

  static final int KEY_BYTES = KeyMaterial.KEY_BYTES;
  static final int STRIPES = KeyMaterial.STRIPES;
  static final int SECTOR = 512;
  static final int MATERIAL_SECTORS = KeyMaterial.BYTES / SECTOR;
  static final int SLOTS = 8;

  /** All keyslots together may cost this many iterations, well above what real tools write. */
  static final long MOST_ITERATIONS = 40_000_000;

  private static final byte[] MAGIC = {'L', 'U', 'K', 'S', (byte) 0xba, (byte) 0xbe};
  private static final int SLOTS_AT = 208;
  private static final int SLOT_BYTES = 48;
  static final int ACTIVE = 0x00ac71f3;
  static final int FREE = 0x0000dead;
  private static final int DIGEST_BYTES = 20;
  private static final int SALT_BYTES = 32;

  /** One keyslot; the offset of its key material in sectors. */
  @SuppressWarnings("ArrayRecordComponent") // stays in this package, where nobody writes to it
  record Keyslot(boolean active, int iterations, byte[] salt, int materialSector) {}

  private final HashSpec hash;
  private final int payloadSector;
  private final byte[] digest;
  private final byte[] digestSalt;
  private final int digestIterations;
  private final String uuid;
  private final List<Keyslot> keyslots;

  Luks1Header(
      HashSpec hash,
      int payloadSector,
      byte[] digest,
      byte[] digestSalt,
      int digestIterations,
      String uuid,
      List<Keyslot> keyslots) {
    this.hash = hash;
    this.payloadSector = payloadSector;
    this.digest = digest;
    this.digestSalt = digestSalt;
    this.digestIterations = digestIterations;
    this.uuid = uuid;
    this.keyslots = List.copyOf(keyslots);
  }

  HashSpec hash() {
    return hash;
  }

  byte[] digest() {
    return digest;
  }

  byte[] digestSalt() {
    return digestSalt;
  }

  int digestIterations() {
    return digestIterations;
  }

  List<Keyslot> keyslots() {
    return keyslots;
  }

  /** The container's UUID as its header says it. */
  public String uuid() {
    return uuid;
  }

  /** The LUKS version that the first bytes of an image claim, empty when they aren't LUKS. */
  public static Optional<Integer> versionOf(byte[] start) {
    if (start.length < MAGIC.length + 2 || !Arrays.equals(start, 0, 6, MAGIC, 0, 6)) {
      return Optional.empty();
    }
    return Optional.of((int) ByteBuffer.wrap(start).getShort(6));
  }

  /** Reads the header at the start of {@code area}, which reaches to the payload at least. */
  public static Luks1Header read(ImageBytes area) {
    String name = area.name();
    if (area.length() < BYTES) {
      throw new DamagedImage(name, "it ends within the LUKS header");
    }
    byte[] bytes = new byte[BYTES];
    area.read(0, bytes, 0, BYTES);
    int version =
        versionOf(bytes).orElseThrow(() -> new DamagedImage(name, "the LUKS magic is missing"));
    if (version != 1) {
      throw new UnsupportedImage(name, "it is LUKS version " + version + ", and QEMU opens LUKS1");
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    requireSupported(name, header);
    HashSpec hash =
        HashSpec.named(text(header, 72, 32))
            .orElseThrow(
                () -> new UnsupportedImage(name, "it uses hash " + printable(header, 72, 32)));
    int payload = payloadSector(name, header, area.length());
    List<Keyslot> slots = keyslots(name, header, payload);
    int digestIterations = header.getInt(164);
    requireAffordable(name, digestIterations, slots);
    return new Luks1Header(
        hash,
        payload,
        slice(header, 112, DIGEST_BYTES),
        slice(header, 132, SALT_BYTES),
        digestIterations,
        printable(header, 168, 40),
        slots);
  }

  private static void requireSupported(String name, ByteBuffer header) {
    String cipher = printable(header, 8, 32) + "-" + printable(header, 40, 32);
    if (!cipher.equals("aes-xts-plain64")) {
      throw new UnsupportedImage(name, "it uses cipher " + cipher + " instead of aes-xts-plain64");
    }
    long keyBytes = Integer.toUnsignedLong(header.getInt(108));
    if (keyBytes != KEY_BYTES) {
      throw new UnsupportedImage(
          name, "its volume key has " + keyBytes + " bytes instead of 64 (AES-256-XTS)");
    }
  }

  private static int payloadSector(String name, ByteBuffer header, long areaLength) {
    long payload = Integer.toUnsignedLong(header.getInt(104));
    if (payload == 0) {
      throw new UnsupportedImage(name, "its LUKS header is detached from its data");
    }
    if (payload * SECTOR < BYTES || payload * SECTOR > areaLength || payload > 1 << 24) {
      throw new DamagedImage(name, "the payload starts at sector " + payload + ", out of bounds");
    }
    return (int) payload;
  }

  private static List<Keyslot> keyslots(String name, ByteBuffer header, int payload) {
    List<Keyslot> slots = new ArrayList<>();
    for (int i = 0; i < SLOTS; i++) {
      int at = SLOTS_AT + i * SLOT_BYTES;
      int state = header.getInt(at);
      if (state != ACTIVE && state != FREE) {
        throw new DamagedImage(name, "keyslot " + i + " is neither in use nor free");
      }
      long material = Integer.toUnsignedLong(header.getInt(at + 40));
      if (state == ACTIVE) {
        requireMaterialInPlace(name, i, material, header.getInt(at + 44), payload);
      }
      byte[] salt = slice(header, at + 8, SALT_BYTES);
      slots.add(new Keyslot(state == ACTIVE, header.getInt(at + 4), salt, (int) material));
    }
    return slots;
  }

  private static void requireMaterialInPlace(
      String name, int slot, long material, int stripes, int payload) {
    if (stripes != STRIPES) {
      throw new DamagedImage(name, "keyslot " + slot + " does not have 4000 stripes");
    }
    if (material * SECTOR < BYTES || material + MATERIAL_SECTORS > payload) {
      throw new DamagedImage(
          name, "the key material of keyslot " + slot + " lies outside the header");
    }
  }

  /** A hostile image must not keep a host busy for hours. */
  private static void requireAffordable(String name, int digestIterations, List<Keyslot> slots) {
    long total = positive(name, digestIterations);
    for (Keyslot slot : slots) {
      total += slot.active() ? positive(name, slot.iterations()) : 0;
    }
    if (total > MOST_ITERATIONS) {
      throw new UnsupportedImage(
          name, "opening it would take up to " + total + " PBKDF2 iterations, more than is sane");
    }
  }

  private static long positive(String name, int iterations) {
    if (iterations == 0) {
      throw new DamagedImage(name, "an iteration count is zero");
    }
    return Integer.toUnsignedLong(iterations);
  }

  /** Where a keyslot's fields start in the header. */
  static long slotOffset(int number) {
    return SLOTS_AT + (long) number * SLOT_BYTES;
  }

  /** The header as it lies on disk. */
  byte[] encode() {
    ByteBuffer header = ByteBuffer.allocate(BYTES);
    header.put(0, MAGIC).putShort(6, (short) 1);
    header.put(8, "aes".getBytes(US_ASCII)).put(40, "xts-plain64".getBytes(US_ASCII));
    header.put(72, hash.luksName().getBytes(US_ASCII));
    header.putInt(104, payloadSector).putInt(108, KEY_BYTES);
    header.put(112, digest).put(132, digestSalt).putInt(164, digestIterations);
    header.put(168, uuid.getBytes(US_ASCII));
    for (int i = 0; i < SLOTS; i++) {
      Keyslot slot = keyslots.get(i);
      int at = SLOTS_AT + i * SLOT_BYTES;
      header.putInt(at, slot.active() ? ACTIVE : FREE).putInt(at + 4, slot.iterations());
      header.put(at + 8, slot.salt());
      header.putInt(at + 40, slot.materialSector()).putInt(at + 44, STRIPES);
    }
    return header.array();
  }

  /** The first byte after the header and the key material of all keyslots in use. */
  public long keyslotsEnd() {
    return keyslots.stream()
        .filter(Keyslot::active)
        .mapToLong(slot -> ((long) slot.materialSector() + MATERIAL_SECTORS) * SECTOR)
        .reduce(BYTES, Math::max);
  }

  /** The first byte of the payload. */
  public long payloadOffset() {
    return (long) payloadSector * SECTOR;
  }

  private static byte[] slice(ByteBuffer header, int at, int length) {
    byte[] slice = new byte[length];
    header.get(at, slice);
    return slice;
  }

  private static String text(ByteBuffer header, int at, int length) {
    int end = at;
    while (end < at + length && header.get(end) != 0) {
      end++;
    }
    return new String(slice(header, at, end - at), US_ASCII);
  }

  /** Text of the image that goes into messages keeps no control characters. */
  private static String printable(ByteBuffer header, int at, int length) {
    return text(header, at, length).replaceAll("[^ -~]", "?");
  }
}
