package io.keymoor.host.dump;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Names with the number of the process that made them, so that what a killed one left is told from
 * what another is at work with.
 *
 * @param prefix what all of them begin with
 */
record OwnedNames(String prefix) {
  /** The beginning of a name of this process's. */
  String own() {
    return prefix + ProcessHandle.current().pid() + ".";
  }

  /** What processes that are gone left in a directory. */
  List<Path> ofTheDead(Path directory) throws IOException {
    List<Path> left = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(
            directory, entry -> entry.getFileName().toString().startsWith(prefix))) {
      for (Path entry : entries) {
        String rest = entry.getFileName().toString().substring(prefix.length());
        if (rest.matches("[0-9]{1,10}\\..*")
            && ProcessHandle.of(Long.parseLong(rest.substring(0, rest.indexOf('.')))).isEmpty()) {
          left.add(entry);
        }
      }
    }
    return left;
  }
}
