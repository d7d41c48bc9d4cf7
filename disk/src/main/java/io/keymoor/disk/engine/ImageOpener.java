package io.keymoor.disk.engine;

import io.keymoor.disk.BlockSource;
import io.keymoor.disk.DiskException.AlreadyEncrypted;
import io.keymoor.disk.DiskException.NotEncrypted;
import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.Machine;
import io.keymoor.disk.luks1.Luks1Keys;
import io.keymoor.disk.luks2.Luks2Keys;
import io.keymoor.disk.qcow2.BackingChain;
import io.keymoor.disk.qcow2.Qcow2Header;
import io.keymoor.disk.raw.RawSource;
import io.keymoor.secret.SecretBytes;

/** Turns an image and its key into a disk that can be read. */
public final class ImageOpener {
  private ImageOpener() {}

  /** Opens an image under QEMU's read locks; what it returns closes every file. */
  static BlockSource open(SourceImage image, Machine machine) {
    ImageFile file = ImageFile.openToRead(image.path());
    try {
      return open(file, image, machine);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static BlockSource open(ImageFile file, SourceImage image, Machine machine) {
    return switch (Detected.in(file, image.format())) {
      case Detected.Plain plain -> {
        requireNoKey(file, image.key());
        yield new RawSource(file, machine);
      }
      case Detected.Luks1 luks -> Luks1Keys.open(file, secretIn(image.key(), file), machine);
      case Detected.Luks2 luks -> Luks2Keys.open(file, secretIn(image.key(), file), machine);
      case Detected.Qcow2 qcow2 -> {
        requireNoSnapshots(file, qcow2.header());
        if (qcow2.header().encryption() == Qcow2Header.Encryption.NONE) {
          requireNoKey(file, image.key());
        }
        yield BackingChain.open(file, image.key(), image.backing(), machine);
      }
    };
  }

  /**
   * Opens nothing but the header.
   *
   * @throws io.keymoor.disk.DiskException.WrongKey when that is not its key
   * @throws NotEncrypted when there is nothing to open
   */
  public static void requireOpens(ImageFile file, SourceFormat format, SecretBytes passphrase) {
    switch (Detected.in(file, format)) {
      case Detected.Plain plain -> throw new NotEncrypted(file.name());
      case Detected.Luks1 luks -> Luks1Keys.unlock(file, luks.header(), passphrase).close();
      case Detected.Luks2 luks -> Luks2Keys.unlock(file, luks.header(), passphrase).close();
      case Detected.Qcow2 qcow2 -> requireOpens(file, qcow2.header(), passphrase);
    }
  }

  private static void requireOpens(ImageFile file, Qcow2Header header, SecretBytes passphrase) {
    switch (header.encryption()) {
      case NONE -> throw new NotEncrypted(file.name());
      case LEGACY_AES ->
          throw new UnsupportedImage(file.name(), "it uses qcow's old AES encryption");
      case LUKS -> BackingChain.unlock(file, header, passphrase).close();
    }
  }

  private static void requireNoSnapshots(ImageFile file, Qcow2Header header) {
    if (header.snapshots() > 0) {
      throw new UnsupportedImage(
          file.name(),
          "a copy would lose its "
              + header.snapshots()
              + " internal snapshots; delete them first or convert them to images");
    }
  }

  private static void requireNoKey(ImageFile file, DiskKey key) {
    if (!(key instanceof DiskKey.None)) {
      throw new NotEncrypted(file.name());
    }
  }

  private static SecretBytes secretIn(DiskKey key, ImageFile file) {
    return switch (key) {
      case DiskKey.None none -> throw new AlreadyEncrypted(file.name());
      case DiskKey.RandomSecret random -> random.secret();
      case DiskKey.Passphrase passphrase -> passphrase.words();
    };
  }
}
