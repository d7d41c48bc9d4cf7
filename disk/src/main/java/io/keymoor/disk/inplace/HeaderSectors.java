package io.keymoor.disk.inplace;

import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.luks1.Luks1Header;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The sectors at the start of a file that make its container valid: the first, and where LUKS2
 * keeps a second copy of its header, the first of that. Cryptsetup looks for the second copy where
 * the first is none, and opens, and repairs, the container by it. So both are written last, and
 * both are spoilt while the disk moves.
 */
final class HeaderSectors {
  private static final int SECTOR = Layout.SECTOR;

  private HeaderSectors() {}

  /** Where they lie in what a file starts with. */
  static List<Integer> in(byte[] head) {
    boolean twice = Luks1Header.versionOf(head).equals(Optional.of(2));
    if (!twice || head.length < SECTOR) {
      return List.of(0);
    }
    long second = ByteBuffer.wrap(head).getLong(8);
    boolean there = second > 0 && second % SECTOR == 0 && second <= head.length - SECTOR;
    return there ? List.of(0, (int) second) : List.of(0);
  }

  /** What a file starts with as long as those sectors shall not be there. */
  static byte[] without(byte[] head, byte[] marker) {
    byte[] spoilt = head.clone();
    for (int at : in(head)) {
      System.arraycopy(marker, 0, spoilt, at, SECTOR);
    }
    return spoilt;
  }

  static void write(ImageStorage image, byte[] head) {
    for (int at : in(head)) {
      image.write(at, head, at, SECTOR);
    }
    image.sync();
  }

  /**
   * Writes those that are torn between the marker and what they shall be. One that is neither was
   * whole, and somebody who opened the image meanwhile has changed it, which must not be undone.
   */
  static void complete(ImageStorage image, byte[] head, byte[] marker) {
    for (int at : in(head)) {
      byte[] present = new byte[SECTOR];
      image.read(at, present, 0, SECTOR);
      byte[] whole = Arrays.copyOfRange(head, at, at + SECTOR);
      if (Marker.isBetween(present, whole, marker)) {
        image.write(at, whole, 0, SECTOR);
      }
    }
    image.sync();
  }
}
