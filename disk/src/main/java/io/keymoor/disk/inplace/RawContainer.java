package io.keymoor.disk.inplace;

import io.keymoor.disk.DiskException.EmptyDisk;
import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.Machine;
import io.keymoor.disk.engine.LuksVersion;
import io.keymoor.disk.luks.HashSpec;
import io.keymoor.disk.luks.LuksSource;
import io.keymoor.disk.luks1.Luks1Header;
import io.keymoor.disk.luks1.Luks1Keys;
import io.keymoor.disk.luks1.NewLuks1Container;
import io.keymoor.disk.luks2.Luks2Header;
import io.keymoor.disk.luks2.Luks2Keys;
import io.keymoor.disk.luks2.NewLuks2Container;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * One end of the conversion of a raw image: a disk in clear or in a LUKS container.
 *
 * @param offset where the disk starts in the file
 * @param disk the size of the disk
 * @param area header and keyslots in use, which is all that is needed to open the disk; empty for a
 *     disk in clear
 * @param luks which container it is, or would be if it was one
 * @param sectorBytes the unit of encryption
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record RawContainer(long offset, long disk, byte[] area, LuksVersion luks, int sectorBytes) {
  private static final byte[] NO_AREA = new byte[0];

  static RawContainer clear(ImageStorage image) {
    long disk = -Math.floorDiv(-image.lengthNow(), Layout.SECTOR) * Layout.SECTOR;
    return checked(image, new RawContainer(0, disk, NO_AREA, LuksVersion.LUKS1, Layout.SECTOR));
  }

  static RawContainer of(ImageStorage image, Luks1Header header) {
    long offset = header.payloadOffset();
    long disk = LuksSource.Payload.upToTheEnd(image, offset).bytes();
    byte[] area = saved(image, header.keyslotsEnd());
    return checked(image, new RawContainer(offset, disk, area, LuksVersion.LUKS1, Layout.SECTOR));
  }

  static RawContainer of(ImageStorage image, Luks2Header header) {
    LuksSource.Payload payload = header.payload();
    byte[] area = saved(image, header.areasEnd());
    return checked(
        image,
        new RawContainer(
            payload.offset(), payload.bytes(), area, LuksVersion.LUKS2, payload.sectorBytes()));
  }

  private static RawContainer checked(ImageStorage image, RawContainer container) {
    if (container.disk == 0) {
      throw new EmptyDisk(image.name());
    }
    return container;
  }

  private static byte[] saved(ImageStorage image, long end) {
    if (end > Layout.LARGEST_AREA) {
      throw new UnsupportedImage(
          image.name(), "its keyslots lie " + end + " bytes into the file; copy it instead");
    }
    byte[] area = new byte[(int) roundedUp(end)];
    image.read(0, area, 0, area.length);
    return area;
  }

  boolean isClear() {
    return area.length == 0;
  }

  /** The same disk in a new container, whose gap lets it move. */
  RawContainer moved(DiskKey wanted, LuksVersion version, SecureRandom random, Machine machine) {
    long to = isClear() ? Layout.gapFor(disk) : Layout.nextPayloadOffset(offset, disk);
    return switch (version) {
      case LUKS1 -> {
        try (NewLuks1Container container =
            Luks1Keys.create(wanted, HashSpec.SHA256, to, random, machine)) {
          yield new RawContainer(
              to, disk, padded(container.encodeArea()), version, container.sectorBytes());
        }
      }
      case LUKS2 -> {
        int sector = sectorBytes == Layout.BLOCK ? sectorBytes : Layout.SECTOR;
        try (NewLuks2Container container = Luks2Keys.create(wanted, sector, to, random, machine)) {
          yield new RawContainer(to, disk, padded(container.encodeArea()), version, sector);
        }
      }
    };
  }

  /** The same disk without any. */
  RawContainer bare() {
    return new RawContainer(0, disk, NO_AREA, luks, Layout.SECTOR);
  }

  private static byte[] padded(byte[] area) {
    return Arrays.copyOf(area, (int) roundedUp(area.length));
  }

  private static long roundedUp(long bytes) {
    return (bytes + Layout.BLOCK - 1) & -Layout.BLOCK;
  }
}
