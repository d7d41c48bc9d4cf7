package io.keymoor.disk.luks2;

import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.DiskException.WrongKey;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.Machine;
import io.keymoor.disk.json.Json;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Adds and removes keyslots of a LUKS2 container; everything else its metadata says stays.
 *
 * <p>Order of writes. A keyslot that is added gets its key material, a sync, and only then the
 * metadata that names it; one that is removed leaves the metadata first, and its key material is
 * overwritten after a sync. The two copies of the header are written one after the other with a
 * sync between them, that which is older or damaged first. So whenever the power fails, one copy is
 * whole, every other keyslot works, and the one in question works or is free. Used by one thread.
 */
public final class Luks2Keyslots {
  private final ImageStorage file;
  private final SecureRandom random;

  /** The container that fills {@code file}. */
  public Luks2Keyslots(ImageStorage file, SecureRandom random) {
    this.file = file;
    this.random = random;
  }

  /**
   * Makes {@code added} open the container, too, and returns the number of its keyslot.
   *
   * @throws WrongKey when {@code present} does not open it
   */
  public int add(SecretBytes present, DiskKey added) {
    Luks2Header header = Luks2Header.read(file);
    try (SecretBytes volumeKey = Luks2Keys.unlock(file, header, present)) {
      int number = freeNumber(header);
      long offset = freeArea(header);
      NewKeyslot slot = NewKeyslot.create(added, volumeKey, offset, random, Machine.JAVA);
      file.write(offset, slot.material(), 0, slot.material().length);
      file.sync();
      write(header, KeyslotEdit.added(header, number, slot));
      return number;
    }
  }

  private int freeNumber(Luks2Header header) {
    Fields slots = new Fields(file.name(), "its metadata", header.root()).object("keyslots");
    return IntStream.range(0, MetadataReader.MOST_KEYSLOTS)
        .filter(number -> !slots.has(Integer.toString(number)))
        .findFirst()
        .orElseThrow(() ->
            new UnsupportedImage(file.name(), "none of its 32 keyslots is free; remove one first"));
  }

  /** The first gap between the key material of other keyslots that is wide enough. */
  private long freeArea(Luks2Header header) {
    List<Metadata.Area> areas =
        header.metadata().areas().stream()
            .sorted(Comparator.comparingLong(Metadata.Area::offset))
            .toList();
    long at = header.metadata().headersEnd();
    for (Metadata.Area area : areas) {
      if (area.offset() - at >= NewKeyslot.AREA_BYTES) {
        return at;
      }
      at = Math.max(at, area.end() + 4095 & -4096L);
    }
    if (header.metadata().keyslotsEnd() - at < NewKeyslot.AREA_BYTES) {
      throw new UnsupportedImage(
          file.name(), "its header has no room for another keyslot; remove one first");
    }
    return at;
  }

  /**
   * Frees every keyslot that {@code removed} opens and returns how many; the last one of a
   * container stays, for without it nobody reads the disk again.
   *
   * @throws WrongKey when it opens none
   */
  public int remove(SecretBytes removed) {
    Luks2Header header = Luks2Header.read(file);
    List<Metadata.Keyslot> opened =
        header.metadata().keyslots().stream()
            .filter(slot -> Luks2Keys.opens(file, header, slot, removed))
            .toList();
    if (opened.isEmpty()) {
      throw new WrongKey(file.name());
    }
    if (opened.size() == header.metadata().keyslots().size()) {
      throw new UnsupportedImage(
          file.name(), "no other key would open it any more; add one before this one is removed");
    }
    List<String> ids = opened.stream().map(Metadata.Keyslot::id).toList();
    write(header, KeyslotEdit.removed(header, ids));
    for (Metadata.Keyslot slot : opened) {
      byte[] noise = new byte[(int) Math.min(slot.areaBytes(), NewKeyslot.AREA_BYTES)];
      random.nextBytes(noise);
      file.write(slot.areaOffset(), noise, 0, noise.length);
    }
    file.sync();
    return opened.size();
  }

  private void write(Luks2Header header, Json.Members root) {
    String json = root.write();
    if (!header.binary().hasRoomFor(json)) {
      throw new UnsupportedImage(
          file.name(), "its header has no room to describe another keyslot; remove one first");
    }
    byte[] both = header.binary().with(json).encodeBoth(random);
    int half = both.length / 2;
    int first = header.isSecondCopy() ? 0 : half;
    file.write(first, both, first, half);
    file.sync();
    file.write(half - first, both, half - first, half);
    file.sync();
  }
}
