package io.keymoor.disk.engine;

import io.keymoor.disk.BlockTarget;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.keyslot.HashSpec;
import io.keymoor.disk.luks1.Luks1Keys;
import io.keymoor.disk.luks1.Luks1Target;
import io.keymoor.disk.luks1.NewContainer;
import io.keymoor.disk.qcow2.Qcow2Target;
import io.keymoor.disk.raw.RawTarget;
import java.security.SecureRandom;

/** Makes the write side of a new image; tests put failing targets in its place. */
@FunctionalInterface
interface TargetOpener {
  /** Takes over {@code file}, also when this throws. */
  BlockTarget open(ImageFile file, TargetImage image, long sizeBytes);

  /** The real targets. */
  static TargetOpener real(SecureRandom random) {
    return (file, image, size) -> {
      try {
        return image.key() instanceof DiskKey.None
            ? plain(file, image, size)
            : encrypted(file, image, size, Luks1Keys.create(image.key(), HashSpec.SHA256, random));
      } catch (RuntimeException e) {
        file.close();
        throw e;
      }
    };
  }

  private static BlockTarget plain(ImageFile file, TargetImage image, long size) {
    return switch (image.format()) {
      case RAW -> new RawTarget(file, size);
      case QCOW2 -> Qcow2Target.plain(file, size);
    };
  }

  private static BlockTarget encrypted(
      ImageFile file, TargetImage image, long size, NewContainer container) {
    return switch (image.format()) {
      case RAW -> new Luks1Target(file, size, container);
      case QCOW2 -> Qcow2Target.encrypted(file, size, container);
    };
  }
}
