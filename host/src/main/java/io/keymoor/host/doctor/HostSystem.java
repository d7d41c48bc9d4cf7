package io.keymoor.host.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.hypervisor.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files of a system. What can't be read is absent: the check that needs it says so.
 *
 * @param root what all absolute paths are below
 */
record HostSystem(Path root) {
  static HostSystem real() {
    return new HostSystem(Path.of("/"));
  }

  /** The place of an absolute path below the root. */
  Path at(String absolute) {
    return root.resolve(absolute.substring(1));
  }

  /** The text of a file, without space at its ends. */
  Optional<String> text(String absolute) {
    try {
      return Optional.of(Files.readString(at(absolute), UTF_8).strip());
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  /** The lines of a file. */
  List<String> lines(String absolute) {
    return text(absolute).map(text -> text.lines().toList()).orElse(List.of());
  }

  /** The names in a directory, sorted. */
  List<String> names(String absolute) {
    try (Stream<Path> entries = Files.list(at(absolute))) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (IOException absent) {
      return List.of();
    }
  }

  /** Whether a program is installed where programs are looked for. */
  boolean hasProgram(String name) {
    return Arrays.stream(Program.SEARCH_PATH.split(":"))
        .anyMatch(directory -> Files.isExecutable(at(directory + "/" + name)));
  }

  /** The kind of file system that holds a path, such as "tmpfs"; from /proc/self/mountinfo. */
  Optional<String> fileSystem(String absolute) {
    Path path = Path.of(absolute);
    String best = "";
    Optional<String> kind = Optional.empty();
    for (String line : lines("/proc/self/mountinfo")) {
      String[] fields = line.split(" ");
      int dash = Arrays.asList(fields).indexOf("-");
      // Of two mounts on one point the later one is seen.
      if (dash > 4
          && dash + 1 < fields.length
          && path.startsWith(fields[4])
          && fields[4].length() >= best.length()) {
        best = fields[4];
        kind = Optional.of(fields[dash + 1]);
      }
    }
    return kind;
  }

  /** Whether what is at a path is gone with the power. */
  boolean isMemory(String absolute) {
    return fileSystem(absolute)
        .filter(kind -> kind.equals("tmpfs") || kind.equals("ramfs"))
        .isPresent();
  }

  /** A value of qemu.conf, without quotes; the last one counts. */
  Optional<String> qemuSetting(String name) {
    Optional<String> value = Optional.empty();
    for (String line : lines("/etc/libvirt/qemu.conf")) {
      String[] sides = line.split("=", 2);
      if (sides.length == 2 && sides[0].strip().equals(name)) {
        value = Optional.of(sides[1].strip().replace("\"", ""));
      }
    }
    return value;
  }

  /** Permissions as "rwx------". */
  static Optional<String> permissions(Path file) {
    try {
      Set<PosixFilePermission> set = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
      return Optional.of(PosixFilePermissions.toString(set));
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  /** The number of a file's owner. */
  static Optional<Integer> owner(Path file) {
    try {
      return Optional.of((Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS));
    } catch (IOException absent) {
      return Optional.empty();
    }
  }
}
