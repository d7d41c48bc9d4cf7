package io.keymoor.host.vm;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.qcow2.Qcow2Header;
import io.keymoor.hypervisor.DomainDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether a VM stands on an image: as its disk under whatever name, or as a backing file below its
 * disk. The image of a template is the only copy of what its linked clones share, and no definition
 * of theirs names it. Reads headers only.
 */
final class ImageUse {
  private static final int DEEPEST = 64;

  private ImageUse() {}

  /** Whether the VM of this definition needs the file. */
  static boolean needs(DomainDefinition definition, Path image) {
    return definition.disks().stream()
        .anyMatch(
            disk -> disk.file().map(file -> standsOn(file, disk.format(), image, 0)).orElse(false));
  }

  /** Whether the file has another name than {@code image}: a link to it, or a hard link of it. */
  static boolean hasOtherNames(Path image) {
    try {
      return Files.isSymbolicLink(image)
          || (Files.isRegularFile(image) && (int) Files.getAttribute(image, "unix:nlink") > 1);
    } catch (IOException | UnsupportedOperationException unknown) {
      return false;
    }
  }

  private static boolean standsOn(Path file, String format, Path image, int depth) {
    if (isSame(file, image)) {
      return true;
    }
    if (format.equals("raw") || depth == DEEPEST) {
      // A guest writes what it likes into a raw disk; nothing in it is a header.
      return false;
    }
    Optional<Qcow2Header.Backing> backing = header(file).flatMap(Qcow2Header::backing);
    return backing.isPresent() && standsOn(file, backing.get(), image, depth);
  }

  private static boolean standsOn(Path file, Qcow2Header.Backing backing, Path image, int depth) {
    String name = backing.name();
    if (name.startsWith("json:")) {
      // QEMU's own notation is not taken apart here: a mention is enough to keep the image.
      return name.contains(image.getFileName().toString());
    }
    try {
      return backingFile(file, name)
          .map(below -> standsOn(below, backing.format(), image, depth + 1))
          .orElse(false);
    } catch (InvalidPathException unknown) {
      // Whatever it is, it may be this one.
      return true;
    }
  }

  /**
   * Where QEMU looks for a backing file that is named without its JSON notation: a name ends at its
   * first zero byte. Empty where nothing is named.
   *
   * @throws InvalidPathException when the name cannot be written in this process's locale
   */
  static Optional<Path> backingFile(Path file, String name) {
    String plain = name.startsWith("file:") ? name.substring("file:".length()) : name;
    int end = plain.indexOf('\0');
    String path = end < 0 ? plain : plain.substring(0, end);
    return path.isEmpty() ? Optional.empty() : Optional.of(file.resolveSibling(path));
  }

  /** The header of a qcow2 image; absent when it is none, or can't be read. */
  static Optional<Qcow2Header> header(Path file) {
    try (ImageFile image = ImageFile.openToLook(file)) {
      byte[] start = new byte[4];
      image.read(0, start, 0, start.length);
      return Qcow2Header.startsLikeQcow(start)
          ? Optional.of(Qcow2Header.read(image))
          : Optional.empty();
    } catch (DiskException unreadable) {
      return Optional.empty();
    }
  }

  private static boolean isSame(Path one, Path other) {
    if (Disks.same(one, other)) {
      return true;
    }
    try {
      return Files.isSameFile(one, other);
    } catch (IOException missing) {
      return false;
    }
  }
}
