package io.keymoor.host.vm;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.engine.ImageInspector;
import io.keymoor.disk.engine.SourceFormat;
import io.keymoor.hypervisor.DomainDisk;
import java.nio.file.Path;

/** The size of a disk as its guest sees it, from the image's header alone. */
final class DiskSize {
  private DiskSize() {}

  /** In bytes; 0 when it can't be found out. */
  static long of(DomainDisk disk) {
    return disk.file().map(file -> of(disk, file)).orElse(0L);
  }

  private static long of(DomainDisk disk, Path image) {
    try {
      return switch (disk.format()) {
        case "qcow2" -> ImageInspector.sizeBytes(image, SourceFormat.QCOW2);
        case "raw" ->
            ImageInspector.sizeBytes(
                image, disk.luksSecret().isPresent() ? SourceFormat.RAW : SourceFormat.PLAIN_RAW);
        case String other -> 0;
      };
    } catch (DiskException unreadable) {
      return 0;
    }
  }
}
