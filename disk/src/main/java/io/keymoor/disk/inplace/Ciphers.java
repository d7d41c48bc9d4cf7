package io.keymoor.disk.inplace;

import io.keymoor.disk.DiskException.AlreadyEncrypted;
import io.keymoor.disk.DiskException.NotEncrypted;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageBytes;
import io.keymoor.disk.Machine;
import io.keymoor.disk.luks.LuksSource;
import io.keymoor.disk.luks1.Luks1Header;
import io.keymoor.disk.luks1.Luks1Keys;
import io.keymoor.disk.luks2.Luks2Header;
import io.keymoor.disk.luks2.Luks2Keys;
import io.keymoor.disk.xts.XtsCipher;
import io.keymoor.secret.SecretBytes;
import java.util.Arrays;
import java.util.Optional;

/**
 * What reads the disk on both sides of a conversion, and what authenticates its journal.
 *
 * @param old of the disk before
 * @param fresh of the disk afterwards
 */
record Ciphers(SectorCipher old, SectorCipher fresh, JournalMac mac) implements AutoCloseable {
  /** A whole number of sectors of any size. */
  private static final long LONGER_THAN_ANY = 1L << 62;

  /** Opens the header areas; an empty area is a disk in clear, to which no key may be given. */
  static Ciphers unlock(
      String name,
      byte[] oldArea,
      DiskKey present,
      byte[] newArea,
      DiskKey wanted,
      Machine machine) {
    SectorCipher old = SectorCipher.CLEAR;
    try {
      if (oldArea.length > 0) {
        try (Opened opened = Opened.with(name, oldArea, present, machine)) {
          old = opened.cipher(machine);
          if (newArea.length == 0) {
            requireNoKey(name, wanted);
            return new Ciphers(old, SectorCipher.CLEAR, new JournalMac(opened.volumeKey()));
          }
        }
      } else {
        requireNoKey(name, present);
      }
      try (Opened opened = Opened.with(name, newArea, wanted, machine)) {
        return new Ciphers(old, opened.cipher(machine), new JournalMac(opened.volumeKey()));
      }
    } catch (RuntimeException e) {
      old.close();
      throw e;
    }
  }

  private static void requireNoKey(String name, DiskKey key) {
    if (!(key instanceof DiskKey.None)) {
      throw new NotEncrypted(name);
    }
  }

  /** A container that was opened; its volume key is closed with it. */
  private record Opened(SecretBytes volumeKey, int sectorBytes, long firstNumber)
      implements AutoCloseable {
    static Opened with(String name, byte[] area, DiskKey key, Machine machine) {
      ImageBytes header = new HeaderArea(name, area);
      SecretBytes passphrase =
          switch (key) {
            case DiskKey.None none -> throw new AlreadyEncrypted(name);
            case DiskKey.RandomSecret random -> random.secret();
            case DiskKey.Passphrase words -> words.words();
          };
      if (Luks1Header.versionOf(area).equals(Optional.of(2))) {
        Luks2Header luks2 = Luks2Header.read(header);
        LuksSource.Payload payload = luks2.payload();
        return new Opened(
            Luks2Keys.unlock(header, luks2, passphrase, machine),
            payload.sectorBytes(),
            payload.firstNumber());
      }
      return new Opened(
          Luks1Keys.unlock(header, Luks1Header.read(header), passphrase, machine),
          Layout.SECTOR,
          0);
    }

    SectorCipher cipher(Machine machine) {
      return new SectorCipher.Luks(new XtsCipher(volumeKey, sectorBytes, machine), firstNumber);
    }

    @Override
    public void close() {
      volumeKey.close();
    }
  }

  /** A saved header area; what would follow it up to the payload is not saved. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record HeaderArea(String name, byte[] bytes) implements ImageBytes {
    @Override
    public long length() {
      return LONGER_THAN_ANY;
    }

    @Override
    public void read(long position, byte[] into, int offset, int length) {
      int from = (int) Math.clamp(position, 0L, bytes.length);
      int present = Math.min(length, bytes.length - from);
      System.arraycopy(bytes, from, into, offset, present);
      Arrays.fill(into, offset + present, offset + length, (byte) 0);
    }
  }

  /** What reads the held block: the side that is LUKS. */
  SectorCipher ofHeldBlock(Layout layout) {
    return layout.wasClear() ? fresh : old;
  }

  @Override
  public void close() {
    old.close();
    fresh.close();
    mac.close();
  }
}
