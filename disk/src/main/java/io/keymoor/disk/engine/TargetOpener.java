package io.keymoor.disk.engine;

import io.keymoor.disk.BlockTarget;
import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.Machine;
import io.keymoor.disk.luks.HashSpec;
import io.keymoor.disk.luks.LuksTarget;
import io.keymoor.disk.luks.NewContainer;
import io.keymoor.disk.luks1.Luks1Keys;
import io.keymoor.disk.luks2.Luks2Keys;
import io.keymoor.disk.qcow2.Qcow2Target;
import io.keymoor.disk.raw.RawTarget;
import java.security.SecureRandom;

/** Makes the write side of a new image; tests put failing targets in its place. */
@FunctionalInterface
interface TargetOpener {
  /** Takes over {@code file}, also when this throws. */
  BlockTarget open(ImageStorage file, TargetImage image, long sizeBytes);

  /** The real targets. */
  static TargetOpener real(SecureRandom random, Machine machine) {
    return (file, image, size) -> {
      try {
        return image.key() instanceof DiskKey.None
            ? plain(file, image, size)
            : encrypted(file, image, size, container(image, size, random, machine), machine);
      } catch (RuntimeException e) {
        file.close();
        throw e;
      }
    };
  }

  private static NewContainer container(
      TargetImage image, long size, SecureRandom random, Machine machine) {
    return switch (image.luks()) {
      case LUKS1 ->
          Luks1Keys.create(image.key(), HashSpec.SHA256, Luks1Keys.PAYLOAD_OFFSET, random, machine);
      case LUKS2 -> {
        if (image.format() == ContainerFormat.QCOW2) {
          throw unsupported(image, "QEMU opens no LUKS2 inside qcow2; choose LUKS1 or raw");
        }
        int sector = image.sectorBytes();
        if (size % sector != 0) {
          throw unsupported(
              image,
              "a disk of " + size + " bytes is no whole number of " + sector + "-byte sectors");
        }
        yield Luks2Keys.create(image.key(), sector, Luks2Keys.PAYLOAD_OFFSET, random, machine);
      }
    };
  }

  private static UnsupportedImage unsupported(TargetImage image, String feature) {
    return new UnsupportedImage(image.path().toString(), feature);
  }

  private static BlockTarget plain(ImageStorage file, TargetImage image, long size) {
    return switch (image.format()) {
      case RAW -> new RawTarget(file, size);
      case QCOW2 -> Qcow2Target.plain(file, size);
    };
  }

  private static BlockTarget encrypted(
      ImageStorage file, TargetImage image, long size, NewContainer container, Machine machine) {
    return switch (image.format()) {
      case RAW -> new LuksTarget(file, size, container, machine);
      case QCOW2 -> Qcow2Target.encrypted(file, size, container, machine);
    };
  }
}
