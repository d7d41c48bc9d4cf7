package io.keymoor.host.vm;

import io.keymoor.disk.engine.ContainerFormat;
import io.keymoor.disk.engine.DiskEncryption;
import io.keymoor.disk.engine.ImageDescription;
import io.keymoor.disk.engine.ImageInspector;
import io.keymoor.disk.engine.SourceFormat;
import io.keymoor.host.operation.Operation;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.DomainDisk;
import io.keymoor.provider.record.PartKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that can be known to go wrong with a VM's disks, found before anything changes. Reads
 * headers only.
 */
final class Preflight {
  /** Headers, tables and what the estimate of a large raw disk may miss. */
  private static final long SLACK = 4L * 1024 * 1024;

  private final VmTools tools;
  private final Domain domain;
  private final DomainDefinition definition;

  Preflight(VmTools tools, Domain domain) {
    this.tools = tools;
    this.domain = domain;
    this.definition = domain.definition();
  }

  /** Plans the encryption of the disks with these target devices. */
  List<DiskPlan> toEncrypt(List<String> targets) {
    List<DiskPlan> plans = targets.stream().map(this::encryptionOf).toList();
    requireSpace(plans);
    return plans;
  }

  /** Plans the decryption of the disks with these target devices. */
  List<DiskPlan> toDecrypt(List<String> targets) {
    List<DiskPlan> plans = targets.stream().map(this::decryptionOf).toList();
    requireSpace(plans);
    return plans;
  }

  /** Plans the deep rekey of the disks with these target devices. */
  List<DiskPlan> toRekey(List<String> targets) {
    List<DiskPlan> plans = targets.stream().map(this::rekeyOf).toList();
    requireSpace(plans);
    return plans;
  }

  /** Plans a change of these disks in their own images. */
  List<DiskPlan> toChangeInPlace(Operation.Kind kind, List<String> targets) {
    return targets.stream()
        .map(target -> inPlace(kind.oldInClear() ? encryptionOf(target) : rekeyOf(target)))
        .toList();
  }

  /**
   * The engine checks its room; what holes will take nobody can tell, and running full is undone.
   */
  private static DiskPlan inPlace(DiskPlan byCopy) {
    return new DiskPlan(
        byCopy.target(),
        byCopy.oldImage(),
        byCopy.sourceFormat(),
        byCopy.oldImage(),
        byCopy.sourceFormat() == SourceFormat.QCOW2 ? ContainerFormat.QCOW2 : ContainerFormat.RAW,
        byCopy.sizeBytes(),
        0);
  }

  private DiskPlan encryptionOf(String target) {
    DomainDisk disk = usable(target);
    if (disk.luksSecret().isPresent()) {
      throw alreadyEncrypted(disk);
    }
    SourceFormat format =
        disk.format().equals("qcow2") ? SourceFormat.QCOW2 : SourceFormat.PLAIN_RAW;
    Path image = disk.file().orElseThrow();
    ImageDescription described = described(disk, format);
    if (described.encryption() != DiskEncryption.NONE) {
      throw alreadyEncrypted(disk);
    }
    ContainerFormat best = ContainerFormat.bestFor(described);
    return plan(disk, format, ImageNames.encrypted(image, best), best, described);
  }

  private DiskPlan decryptionOf(String target) {
    DomainDisk disk = usable(target);
    ImageDescription described = describedLuks(disk);
    ContainerFormat best = ContainerFormat.bestFor(described);
    Path newImage = ImageNames.clear(disk.file().orElseThrow(), best);
    return plan(disk, encryptedFormat(disk), newImage, best, described);
  }

  private DiskPlan rekeyOf(String target) {
    DomainDisk disk = usable(target);
    ImageDescription described = describedLuks(disk);
    ContainerFormat same = described.container();
    Path newImage = ImageNames.encrypted(disk.file().orElseThrow(), same);
    return plan(disk, encryptedFormat(disk), newImage, same, described);
  }

  private static SourceFormat encryptedFormat(DomainDisk disk) {
    return disk.format().equals("qcow2") ? SourceFormat.QCOW2 : SourceFormat.RAW;
  }

  private ImageDescription describedLuks(DomainDisk disk) {
    ImageDescription described = described(disk, encryptedFormat(disk));
    if (described.encryption() != DiskEncryption.LUKS1) {
      throw refused(
          "disk_not_encrypted",
          disk,
          "should be a LUKS container, and its image " + disk.file().orElseThrow() + " is none",
          "Find out who replaced the image, or restore it from a backup.");
    }
    return described;
  }

  private DiskPlan plan(
      DomainDisk disk,
      SourceFormat format,
      Path newImage,
      ContainerFormat newFormat,
      ImageDescription described) {
    long data =
        newFormat == ContainerFormat.RAW
            ? described.virtualSizeBytes()
            : described.allocatedBytes() + described.allocatedBytes() / 1024;
    return new DiskPlan(
        disk.target(),
        disk.file().orElseThrow(),
        format,
        newImage,
        newFormat,
        described.virtualSizeBytes(),
        data + SLACK);
  }

  /** The disk, of a kind that can be copied and that nobody else writes to. */
  private DomainDisk usable(String target) {
    DomainDisk disk =
        definition
            .disk(target)
            .filter(d -> d.device().equals("disk"))
            .orElseThrow(() -> unknown(target));
    if (!disk.sourceType().equals("file") || disk.file().isEmpty()) {
      throw refused(
          "disk_not_a_file",
          disk,
          "is of type \"" + disk.sourceType() + "\"; only disks in files can be used",
          "Leave it out by naming the other parts with --part.");
    }
    if (!disk.format().equals("raw") && !disk.format().equals("qcow2")) {
      throw refused(
          "disk_format_unsupported",
          disk,
          "has the format \"" + disk.format() + "\"; only raw and qcow2 can be used",
          "Convert it with qemu-img, or leave it out by naming the other parts with --part.");
    }
    if (disk.readOnly()) {
      throw refused(
          "disk_read_only",
          disk,
          "is read-only for the VM, so it is most likely an original that others use",
          "Leave it out by naming the other parts with --part.");
    }
    requireUnshared(disk);
    return disk;
  }

  private void requireUnshared(DomainDisk disk) {
    if (disk.shared()) {
      throw refused(
          "disk_shared",
          disk,
          "is shareable: other VMs may use it at the same time",
          "Leave it out by naming the other parts with --part.");
    }
    Path image = disk.file().orElseThrow();
    if (ImageUse.hasOtherNames(image)) {
      // What the other name stands for would be destroyed with the old image.
      throw refused(
          "disk_has_other_names",
          disk,
          "is in the file " + image + ", which is a link or has further names (hard links)",
          "Name the file itself in the VM's definition (virsh edit), under its only name.");
    }
    for (Domain other : tools.hypervisor().domains()) {
      if (!other.id().equals(domain.id()) && ImageUse.needs(other.definition(), image)) {
        throw refused(
            "disk_shared",
            disk,
            "is in the file "
                + image
                + ", which VM \""
                + other.name()
                + "\" uses too, itself or as a backing file",
            "Give each VM a copy of its own first.");
      }
    }
  }

  private ImageDescription described(DomainDisk disk, SourceFormat format) {
    Path image = disk.file().orElseThrow();
    ImageDescription described = ImageInspector.inspect(image, format);
    if (described.backingFile().isPresent()) {
      throw refused(
          "disk_has_backing_file",
          disk,
          "is in the image "
              + image
              + ", which has the backing file "
              + described.backingFile().get()
              + ": that would keep its data in clear, and others may use it",
          "Merge it into the image first: qemu-img rebase -b '' " + image);
    }
    if (described.snapshots() > 0) {
      throw refused(
          "disk_has_snapshots",
          disk,
          "is in the image "
              + image
              + ", which has "
              + described.snapshots()
              + " internal snapshots; a copy would lose them",
          "Delete them first: qemu-img snapshot -l " + image);
    }
    return described;
  }

  private void requireSpace(List<DiskPlan> plans) {
    Map<Object, Long> needed = new HashMap<>();
    for (DiskPlan plan : plans) {
      Path directory = plan.newImage().toAbsolutePath().getParent();
      if (directory == null) {
        throw new IllegalArgumentException("an image has a directory");
      }
      try {
        long sum = needed.merge(Files.getFileStore(directory), plan.neededBytes(), Long::sum);
        long free = tools.freeSpace().in(directory);
        if (free < sum) {
          throw new VmException(
              "disk_not_enough_space",
              "The new images of VM \""
                  + domain.name()
                  + "\" need about "
                  + sum
                  + " bytes in "
                  + directory
                  + ", and "
                  + free
                  + " are free. Nothing was changed. Make room (old images are removed only when the"
                  + " new ones are complete), or do it in the same images with --in-place while the"
                  + " VM is off.");
        }
      } catch (IOException e) {
        throw new UncheckedIOException("could not find out the free space in " + directory, e);
      }
    }
  }

  private VmException unknown(String target) {
    return VmException.part(
        "part_unknown",
        domain.name(),
        PartKeys.disk(target),
        "does not exist",
        "Disks are named by their target device; see them with: keymoor vm show " + domain.name());
  }

  private VmException alreadyEncrypted(DomainDisk disk) {
    return refused(
        "disk_already_encrypted",
        disk,
        "is encrypted already",
        "To give it another key: keymoor vm rekey " + domain.name());
  }

  private VmException refused(String code, DomainDisk disk, String what, String remedy) {
    return VmException.part(code, domain.name(), PartKeys.disk(disk.target()), what, remedy);
  }

  /** The VM is off, or there is a sentence why that is needed. */
  static void requireOff(Domain domain, String what) {
    if (domain.active()) {
      throw VmException.running(domain.name(), what);
    }
  }
}
