package io.keymoor.systemtests.keys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/** The entries of the system's directories for temporary files that were not there before. */
final class TemporaryFiles {
  private static final Path[] PLACES = {Path.of("/tmp"), Path.of("/var/tmp"), Path.of("/dev/shm")};

  private final Set<Path> before;

  /** Remembers what is there now. */
  TemporaryFiles() {
    this.before = entries();
  }

  /** What has come since then. */
  Set<Path> madeMeanwhile() {
    Set<Path> made = entries();
    made.removeAll(before);
    return made;
  }

  private static Set<Path> entries() {
    Set<Path> entries = new HashSet<>();
    for (Path place : PLACES) {
      if (Files.isDirectory(place)) {
        try (Stream<Path> all = Files.list(place)) {
          all.forEach(entries::add);
        } catch (IOException unreadable) {
          throw new UncheckedIOException(unreadable);
        }
      }
    }
    return entries;
  }
}
