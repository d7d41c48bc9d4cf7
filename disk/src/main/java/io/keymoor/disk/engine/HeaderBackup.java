package io.keymoor.disk.engine;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.DiskException.NotEncrypted;
import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.ImageBytes;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.luks1.Luks1Header;
import io.keymoor.disk.luks1.Luks1Keys;
import io.keymoor.disk.luks2.Luks2Header;
import io.keymoor.disk.luks2.Luks2Keys;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps a copy of the LUKS header of a raw image, and puts it back when the header was damaged.
 *
 * <p>A backup is the file's first bytes up to the payload, of LUKS2 up to the end of the area for
 * keyslots, as {@code cryptsetup luksHeaderBackup} has it, whose backups are taken, too. It is as
 * good as the header: whoever has it and a key that opened the image when it was made opens the
 * image, also after that key was removed. It is of no use once the image was re-encrypted.
 * Stateless.
 */
public final class HeaderBackup {
  private static final int FIRST_BLOCK = 4096;
  private static final long LARGEST = 128L << 20;

  /** A whole number of sectors of any size. */
  private static final long LONGER_THAN_ANY = 1L << 62;

  private HeaderBackup() {}

  /** Writes a new file that only its owner reads; may run beside a VM. */
  public static void save(Path image, Path backup) {
    FileCare.requireNothingAt(backup);
    try (ImageFile file = ImageFile.openToLook(image)) {
      byte[] header = headerOf(file);
      ImageFile copy = ImageFile.create(backup);
      try (copy) {
        copy.write(0, header, 0, header.length);
        copy.sync();
        FileCare.syncDirectoryOf(backup);
      } catch (RuntimeException e) {
        FileCare.remove(backup, e);
        throw e;
      }
    }
  }

  private static byte[] headerOf(ImageFile file) {
    return switch (Detected.in(file, SourceFormat.DETECT)) {
      case Detected.Plain plain -> throw new NotEncrypted(file.name());
      case Detected.Luks1 luks -> start(file, luks.header().payloadOffset());
      case Detected.Luks2 luks -> start(file, luks.header().keyslotsEnd());
      case Detected.Qcow2 qcow2 ->
          throw new UnsupportedImage(
              file.name(), "a qcow2 image does not keep its LUKS header at its start");
    };
  }

  private static byte[] start(ImageBytes file, long length) {
    if (length > LARGEST) {
      throw new UnsupportedImage(file.name(), "its header area has " + length + " bytes");
    }
    byte[] start = new byte[(int) length];
    file.read(0, start, 0, start.length);
    return start;
  }

  /** What may be overwritten. */
  public enum Present {
    /** A readable header of the very same container. */
    SAME_CONTAINER,
    /** Whatever is there: the caller knows that the header of this container was there. */
    ANYTHING
  }

  /**
   * Puts a header back. Its first block comes last, after a sync.
   *
   * @param passphrase has to open the backup, so that a wrong file is not put over a right one
   * @throws DiskException.WrongKey when it does not
   */
  public static void restore(Path image, Path backup, SecretBytes passphrase, Present present) {
    Backup saved;
    try (ImageFile file = ImageFile.openToLook(backup)) {
      saved = read(file, passphrase);
    }
    try (ImageFile file = ImageFile.openToChange(image)) {
      requireRoom(file, saved);
      if (present == Present.SAME_CONTAINER) {
        requireSame(file, saved);
      }
      file.write(FIRST_BLOCK, saved.bytes, FIRST_BLOCK, saved.bytes.length - FIRST_BLOCK);
      file.sync();
      file.write(0, saved.bytes, 0, FIRST_BLOCK);
      file.sync();
    }
  }

  /** What is to be put back. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Backup(byte[] bytes, String uuid, long payloadOffset) {}

  private static Backup read(ImageFile saved, SecretBytes passphrase) {
    ImageBytes whole = new WithPayload(saved);
    if (isLuks2(saved)) {
      Luks2Header parsed = Luks2Header.read(whole);
      requireWhole(saved, parsed.areasEnd());
      Luks2Keys.unlock(whole, parsed, passphrase).close();
      return new Backup(
          start(whole, parsed.keyslotsEnd()), parsed.uuid(), parsed.payload().offset());
    }
    Luks1Header parsed = Luks1Header.read(whole);
    requireWhole(saved, parsed.keyslotsEnd());
    Luks1Keys.unlock(whole, parsed, passphrase).close();
    return new Backup(start(whole, parsed.payloadOffset()), parsed.uuid(), parsed.payloadOffset());
  }

  private static boolean isLuks2(ImageBytes file) {
    byte[] start = new byte[8];
    file.read(0, start, 0, start.length);
    return Luks1Header.versionOf(start).equals(Optional.of(2));
  }

  private static void requireWhole(ImageFile saved, long needed) {
    if (needed > saved.length()) {
      throw new DamagedImage(saved.name(), "the backup ends within the keyslots");
    }
  }

  /**
   * A backup as it lay in its image: cryptsetup leaves out what is between keyslots and payload.
   */
  private record WithPayload(ImageBytes backup) implements ImageBytes {
    @Override
    public String name() {
      return backup.name();
    }

    @Override
    public long length() {
      return LONGER_THAN_ANY;
    }

    @Override
    public void read(long position, byte[] into, int offset, int length) {
      backup.read(position, into, offset, length);
    }
  }

  private static void requireRoom(ImageFile file, Backup saved) {
    if (file.length() <= saved.payloadOffset || saved.bytes.length < FIRST_BLOCK) {
      throw new DamagedImage(
          file.name(),
          "it is shorter than the header of " + saved.payloadOffset + " bytes in the backup");
    }
  }

  private static void requireSame(ImageFile file, Backup saved) {
    Backup there = present(file);
    if (!there.uuid.equals(saved.uuid) || there.payloadOffset != saved.payloadOffset) {
      throw new UnsupportedImage(
          file.name(),
          "the backup is of container " + saved.uuid + " and this is container " + there.uuid);
    }
  }

  private static Backup present(ImageFile file) {
    byte[] nothing = new byte[0];
    if (isLuks2(file)) {
      Luks2Header header = Luks2Header.read(file);
      return new Backup(nothing, header.uuid(), header.payload().offset());
    }
    Luks1Header header = Luks1Header.read(file);
    return new Backup(nothing, header.uuid(), header.payloadOffset());
  }
}
