package io.keymoor.host.vm;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.qcow2.Qcow2Header;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.DomainDisk;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.PartKeys;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What of a VM lies on storage in clear though that part of it has a key (R10): somebody made a
 * snapshot, saved its memory, or it never could be encrypted. Parts that nobody asked to encrypt
 * are not told of. Reads headers of images only.
 */
final class ClearLayers {
  private static final int DEEPEST = 64;
  private static final byte[] LUKS = {'L', 'U', 'K', 'S', (byte) 0xba, (byte) 0xbe};

  private ClearLayers() {}

  /**
   * A sentence for each.
   *
   * @param record of a VM of which something is encrypted
   * @param memory where libvirt has its memory in clear
   */
  static List<String> of(DomainDefinition definition, KeyRecord record, SavedMemory memory) {
    List<String> found = new ArrayList<>();
    for (DomainDisk disk : Disks.of(definition)) {
      if (record.current(PartKeys.disk(disk.target())).isPresent()) {
        disk(disk).ifPresent(found::add);
      }
    }
    if (record.current(PartKeys.HOME).isPresent()) {
      nvram(definition).ifPresent(found::add);
      vtpm(definition).ifPresent(found::add);
    }
    found.addAll(memory.sentences(definition.name()));
    return found;
  }

  /** UEFI variables. */
  static Optional<String> nvram(DomainDefinition definition) {
    return definition.nvram().map(file -> "The UEFI variables in " + file + " are not encrypted.");
  }

  /** A vTPM of another maker than Keymoor. */
  static Optional<String> vtpm(DomainDefinition definition) {
    return definition
        .tpm()
        .filter(tpm -> tpm.backend().equals("emulator") && tpm.secret().isEmpty())
        .map(_ -> "The vTPM's state is not encrypted; Keymoor did not add it.");
  }

  private static Optional<String> disk(DomainDisk disk) {
    if (disk.luksSecret().isEmpty()) {
      return Optional.of(
          "Disk "
              + disk.target()
              + " is written in clear to "
              + disk.file().map(Path::toString).orElse("its storage")
              + " though it has a key: a snapshot was made without encryption, or its definition was"
              + " changed. Bring it back into the encrypted image (virsh blockcommit --active --pivot)"
              + " and shred that file.");
    }
    List<String> below = new ArrayList<>();
    if (disk.format().equals("qcow2")) {
      disk.file().ifPresent(file -> below(file, 0, below));
    }
    return below.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Disk "
                + disk.target()
                + " stands on images in clear: "
                + String.join(", ", below)
                + ". Have it stand alone (virsh blockpull) and shred those that no other VM needs.");
  }

  /** Adds the backing files below a qcow2 image that are not encrypted. */
  private static void below(Path file, int depth, List<String> clear) {
    Optional<Qcow2Header.Backing> backing =
        ImageUse.header(file).flatMap(Qcow2Header::backing).filter(_ -> depth < DEEPEST);
    if (backing.isEmpty()) {
      return;
    }
    String name = backing.get().name();
    if (name.startsWith("json:")) {
      // QEMU's own notation may name anything; nothing says that it is encrypted.
      clear.add("one that is named in QEMU's notation");
      return;
    }
    Optional<Path> named;
    try {
      named = ImageUse.backingFile(file, name);
    } catch (InvalidPathException noPathHere) {
      clear.add("one whose name is none");
      return;
    }
    named.ifPresent(next -> below(next, backing.get().format(), depth, clear));
  }

  private static void below(Path next, String format, int depth, List<String> clear) {
    // What a guest wrote into a raw disk is no header.
    Optional<Qcow2Header> header = format.equals("raw") ? Optional.empty() : ImageUse.header(next);
    boolean encrypted =
        header
            .map(it -> it.encryption() == Qcow2Header.Encryption.LUKS)
            .orElseGet(() -> startsAsLuks(next));
    if (!encrypted) {
      clear.add(next.toString());
    }
    if (header.isPresent()) {
      below(next, depth + 1, clear);
    }
  }

  private static boolean startsAsLuks(Path file) {
    try (ImageFile image = ImageFile.openToLook(file)) {
      byte[] start = new byte[LUKS.length];
      image.read(0, start, 0, start.length);
      return Arrays.equals(start, LUKS);
    } catch (DiskException unreadable) {
      return false;
    }
  }
}
