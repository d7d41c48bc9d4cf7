package io.keymoor.disk.engine;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.DiskException.NotEncrypted;
import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.ImageBytes;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.luks1.Luks1Header;
import io.keymoor.disk.luks1.Luks1Keys;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;

/**
 * Keeps a copy of the LUKS1 header of a raw image, and puts it back when the header was damaged.
 *
 * <p>A backup is the file's first bytes up to the payload, as {@code cryptsetup luksHeaderBackup}
 * has it, whose backups are taken, too. It is as good as the header: whoever has it and a key that
 * opened the image when it was made opens the image, also after that key was removed. It is of no
 * use once the image was re-encrypted. Stateless.
 */
public final class HeaderBackup {
  private static final int FIRST_BLOCK = 4096;
  private static final long LARGEST = 128L << 20;

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
      case Detected.Luks1 luks -> start(file, luks.header());
      case Detected.Luks2 luks ->
          throw new UnsupportedImage(
              file.name(), "the header of LUKS2 is saved with cryptsetup luksHeaderBackup");
      case Detected.Qcow2 qcow2 ->
          throw new UnsupportedImage(
              file.name(), "a qcow2 image does not keep its LUKS header at its start");
    };
  }

  private static byte[] start(ImageBytes file, Luks1Header header) {
    if (header.payloadOffset() > LARGEST) {
      throw new UnsupportedImage(
          file.name(), "its header area has " + header.payloadOffset() + " bytes");
    }
    byte[] start = new byte[(int) header.payloadOffset()];
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
    byte[] header;
    String uuid;
    try (ImageFile saved = ImageFile.openToLook(backup)) {
      ImageBytes whole = new WithPayload(saved);
      Luks1Header parsed = Luks1Header.read(whole);
      if (parsed.keyslotsEnd() > saved.length()) {
        throw new DamagedImage(saved.name(), "the backup ends within the keyslots");
      }
      Luks1Keys.unlock(whole, parsed, passphrase).close();
      header = start(whole, parsed);
      uuid = parsed.uuid();
    }
    try (ImageFile file = ImageFile.openToChange(image)) {
      requireRoom(file, header.length);
      if (present == Present.SAME_CONTAINER) {
        requireSame(file, uuid, header.length);
      }
      file.write(FIRST_BLOCK, header, FIRST_BLOCK, header.length - FIRST_BLOCK);
      file.sync();
      file.write(0, header, 0, FIRST_BLOCK);
      file.sync();
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
      return Long.MAX_VALUE;
    }

    @Override
    public void read(long position, byte[] into, int offset, int length) {
      backup.read(position, into, offset, length);
    }
  }

  private static void requireRoom(ImageFile file, int headerBytes) {
    if (file.length() <= headerBytes || headerBytes < FIRST_BLOCK) {
      throw new DamagedImage(
          file.name(), "it is shorter than the header of " + headerBytes + " bytes in the backup");
    }
  }

  private static void requireSame(ImageFile file, String uuid, int payloadOffset) {
    Luks1Header there = Luks1Header.read(file);
    if (!there.uuid().equals(uuid) || there.payloadOffset() != payloadOffset) {
      throw new UnsupportedImage(
          file.name(),
          "the backup is of container " + uuid + " and this is container " + there.uuid());
    }
  }
}
