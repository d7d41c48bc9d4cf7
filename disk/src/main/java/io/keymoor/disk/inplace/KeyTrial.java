package io.keymoor.disk.inplace;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.engine.ImageOpener;
import io.keymoor.disk.engine.SourceFormat;
import io.keymoor.secret.SecretBytes;

/** Tries keys on an image that is not being converted. */
final class KeyTrial {
  private final ImageFile image;
  private final SourceFormat format;

  /** Of a raw disk that was in clear it is not said whether it is still. */
  KeyTrial(ImageFile image, SourceFormat before) {
    this.image = image;
    this.format =
        switch (before) {
          case PLAIN_RAW, RAW -> SourceFormat.RAW;
          case QCOW2 -> SourceFormat.QCOW2;
          case DETECT -> SourceFormat.DETECT;
        };
  }

  /** Whether the image is encrypted and this is a key of it. */
  boolean opens(DiskKey key) {
    return switch (key) {
      case DiskKey.None none -> false;
      case DiskKey.RandomSecret random -> opens(random.secret());
      case DiskKey.Passphrase passphrase -> opens(passphrase.words());
    };
  }

  private boolean opens(SecretBytes passphrase) {
    try {
      ImageOpener.requireOpens(image, format, passphrase);
      return true;
    } catch (DiskException.WrongKey | DiskException.NotEncrypted other) {
      return false;
    }
  }

  /** Whether it is encrypted at all. */
  boolean isEncrypted() {
    try (SecretBytes nobodys = SecretBytes.takeOver(new byte[1])) {
      ImageOpener.requireOpens(image, format, nobodys);
      return true;
    } catch (DiskException.WrongKey encrypted) {
      return true;
    } catch (DiskException.NotEncrypted clear) {
      return false;
    }
  }
}
