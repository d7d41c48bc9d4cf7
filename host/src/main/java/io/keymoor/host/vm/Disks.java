package io.keymoor.host.vm;

import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.DomainDisk;
import io.keymoor.provider.record.PartKeys;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Questions about the disks of a definition. */
final class Disks {
  private Disks() {}

  /** The disks proper: no CD-ROM or floppy drives. */
  static List<DomainDisk> of(DomainDefinition definition) {
    return definition.disks().stream().filter(disk -> disk.device().equals("disk")).toList();
  }

  /** The disk that a part is, when the definition has it. */
  static Optional<DomainDisk> of(DomainDefinition definition, PartKeys part) {
    return part.target().flatMap(definition::disk);
  }

  /** The directory of the first disk in a file: there the VM's home is. */
  static Optional<Path> homePlace(DomainDefinition definition) {
    return of(definition).stream()
        .filter(disk -> disk.sourceType().equals("file"))
        .flatMap(disk -> disk.file().stream())
        .map(file -> file.toAbsolutePath().getParent())
        .findFirst();
  }

  /** Whether both name the same file, as far as text tells. */
  static boolean same(Path one, Path other) {
    return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
  }
}
