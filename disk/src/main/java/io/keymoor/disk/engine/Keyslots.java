package io.keymoor.disk.engine;

import io.keymoor.disk.DiskException.NotEncrypted;
import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.luks1.Luks1Keyslots;
import io.keymoor.disk.luks2.Luks2Keyslots;
import io.keymoor.disk.qcow2.Qcow2Header;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * Adds and removes keys of an image without touching its data: raw LUKS1 and LUKS2, and qcow2 with
 * LUKS1, while no VM uses it. A power failure leaves every other keyslot working, see {@link
 * Luks1Keyslots} and {@link Luks2Keyslots}. Stateless.
 */
public final class Keyslots {
  private final SecureRandom random;

  /** Salts and stripes come from {@code random}. */
  public Keyslots(SecureRandom random) {
    this.random = random;
  }

  /** Makes {@code added} open the image, too, and returns the number of its keyslot. */
  public int add(Path path, SecretBytes present, DiskKey added) {
    try (ImageFile file = ImageFile.openToChange(path)) {
      return isLuks2(file)
          ? new Luks2Keyslots(file, random).add(present, added)
          : in(file).add(present, added);
    }
  }

  /**
   * Frees all keyslots that {@code removed} opens, and overwrites them; returns how many. The last
   * one of an image is refused.
   */
  public int remove(Path path, SecretBytes removed) {
    try (ImageFile file = ImageFile.openToChange(path)) {
      return isLuks2(file)
          ? new Luks2Keyslots(file, random).remove(removed)
          : in(file).remove(removed);
    }
  }

  private static boolean isLuks2(ImageFile file) {
    return Detected.in(file, SourceFormat.DETECT) instanceof Detected.Luks2;
  }

  private Luks1Keyslots in(ImageFile file) {
    return switch (Detected.in(file, SourceFormat.DETECT)) {
      case Detected.Plain plain -> throw new NotEncrypted(file.name());
      case Detected.Luks1 luks -> new Luks1Keyslots(file, 0, luks.header().payloadOffset(), random);
      case Detected.Luks2 luks ->
          throw new IllegalStateException("a LUKS2 container has no LUKS1 keyslots");
      case Detected.Qcow2 qcow2 -> inside(file, qcow2.header());
    };
  }

  private Luks1Keyslots inside(ImageFile file, Qcow2Header header) {
    return switch (header.encryption()) {
      case NONE -> throw new NotEncrypted(file.name());
      case LEGACY_AES ->
          throw new UnsupportedImage(file.name(), "qcow's old AES encryption has no keyslots");
      case LUKS -> new Luks1Keyslots(file, header.cryptOffset(), header.cryptLength(), random);
    };
  }
}
