package io.keymoor.host.vm;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.luks1.Luks1Header;
import io.keymoor.disk.luks1.Luks1Source;
import io.keymoor.disk.qcow2.Qcow2Header;
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
    try (ImageFile file = ImageFile.openToLook(image)) {
      return switch (disk.format()) {
        case "qcow2" -> Qcow2Header.read(file).sizeBytes();
        case "raw" ->
            disk.luksSecret().isPresent()
                ? Luks1Source.payloadBytes(file, Luks1Header.read(file))
                : file.length();
        case String other -> 0;
      };
    } catch (DiskException unreadable) {
      return 0;
    }
  }
}
