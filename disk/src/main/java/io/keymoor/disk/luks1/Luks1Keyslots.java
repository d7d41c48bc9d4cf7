package io.keymoor.disk.luks1;

import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.DiskException.WrongKey;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageSlice;
import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.luks.KeyMaterial;
import io.keymoor.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Adds and removes keyslots of a LUKS1 container, raw or inside qcow2.
 *
 * <p>Order of writes. A keyslot that is added gets its key material, its salt and iterations, a
 * sync, and only then its four bytes that say it is in use; one that is removed loses these first,
 * and after a sync its key material. So whenever the power fails, every other keyslot works, and
 * the one in question works or is free. Used by one thread.
 */
public final class Luks1Keyslots {
  private static final int FIELDS_BYTES = 36;

  private final ImageStorage file;
  private final long areaOffset;
  private final ImageSlice area;
  private final SecureRandom random;

  /** The container whose header starts at {@code areaOffset} and ends with the payload. */
  public Luks1Keyslots(ImageStorage file, long areaOffset, long areaBytes, SecureRandom random) {
    this.file = file;
    this.areaOffset = areaOffset;
    this.area = new ImageSlice(file, areaOffset, areaBytes);
    this.random = random;
  }

  /**
   * Makes {@code added} open the container, too, and returns the number of its keyslot.
   *
   * @throws WrongKey when {@code present} does not open it
   */
  public int add(SecretBytes present, DiskKey added) {
    Luks1Header header = Luks1Header.read(area);
    try (SecretBytes volumeKey = Luks1Keys.unlock(area, header, present)) {
      int number = freeSlot(header);
      Luks1Header.Keyslot slot =
          Luks1Keys.freshKeyslot(added, header.keyslots().get(number).materialSector(), random);
      byte[] material = Luks1Keys.seal(header.hash(), slot, added, volumeKey, random);
      write((long) slot.materialSector() * Luks1Header.SECTOR, material);
      write(
          Luks1Header.slotOffset(number) + 4,
          ByteBuffer.allocate(FIELDS_BYTES).putInt(slot.iterations()).put(slot.salt()).array());
      file.sync();
      write(Luks1Header.slotOffset(number), bytesOf(Luks1Header.ACTIVE));
      file.sync();
      return number;
    }
  }

  /** A free keyslot whose key material would lie in the header and over no other. */
  private int freeSlot(Luks1Header header) {
    List<Luks1Header.Keyslot> slots = header.keyslots();
    return IntStream.range(0, slots.size())
        .filter(i -> !slots.get(i).active() && fits(header, i))
        .findFirst()
        .orElseThrow(() ->
            new UnsupportedImage(file.name(), "none of its 8 keyslots is free; remove one first"));
  }

  private static boolean fits(Luks1Header header, int number) {
    long start = Integer.toUnsignedLong(header.keyslots().get(number).materialSector());
    long end = start + Luks1Header.MATERIAL_SECTORS;
    return start * Luks1Header.SECTOR >= Luks1Header.BYTES
        && end * Luks1Header.SECTOR <= header.payloadOffset()
        && header.keyslots().stream()
            .filter(Luks1Header.Keyslot::active)
            .allMatch(other ->
                end <= other.materialSector()
                    || start >= other.materialSector() + Luks1Header.MATERIAL_SECTORS);
  }

  /**
   * Frees every keyslot that {@code removed} opens and returns how many; the last one of a
   * container stays, for without it nobody reads the disk again.
   *
   * @throws WrongKey when it opens none
   */
  public int remove(SecretBytes removed) {
    Luks1Header header = Luks1Header.read(area);
    List<Integer> opened =
        IntStream.range(0, Luks1Header.SLOTS)
            .filter(i -> header.keyslots().get(i).active())
            .filter(i -> Luks1Keys.opens(area, header, header.keyslots().get(i), removed))
            .boxed()
            .toList();
    if (opened.isEmpty()) {
      throw new WrongKey(file.name());
    }
    if (opened.size() == header.keyslots().stream().filter(Luks1Header.Keyslot::active).count()) {
      throw new UnsupportedImage(
          file.name(), "no other key would open it any more; add one before this one is removed");
    }
    opened.forEach(number -> free(header, number));
    return opened.size();
  }

  private void free(Luks1Header header, int number) {
    write(Luks1Header.slotOffset(number), bytesOf(Luks1Header.FREE));
    file.sync();
    byte[] noise = new byte[KeyMaterial.BYTES];
    random.nextBytes(noise);
    write((long) header.keyslots().get(number).materialSector() * Luks1Header.SECTOR, noise);
    write(Luks1Header.slotOffset(number) + 4, new byte[FIELDS_BYTES]);
    file.sync();
  }

  private static byte[] bytesOf(int state) {
    return ByteBuffer.allocate(4).putInt(0, state).array();
  }

  private void write(long position, byte[] bytes) {
    file.write(areaOffset + position, bytes, 0, bytes.length);
  }
}
