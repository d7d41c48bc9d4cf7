package io.keymoor.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The files of one folder, in an archive or in a directory. */
final class Scripts {
  private Scripts() {}

  /** Their names, with the checksums that Flyway notes of such files. */
  static Map<String, Integer> in(Class<?> beside, String folder) {
    CodeSource source = Objects.requireNonNull(beside.getProtectionDomain().getCodeSource());
    try {
      Path home = Path.of(source.getLocation().toURI());
      return Files.isDirectory(home)
          ? inDirectory(home.resolve(folder))
          : inArchive(home, folder + "/");
    } catch (IOException failure) {
      throw new UncheckedIOException("the migrations in " + folder + " can't be read", failure);
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException("a class path that is none", impossible);
    }
  }

  private static Map<String, Integer> inDirectory(Path directory) throws IOException {
    Map<String, Integer> found = new HashMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        found.put(String.valueOf(file.getFileName()), checksum(Files.readAllBytes(file)));
      }
    }
    return found;
  }

  private static Map<String, Integer> inArchive(Path archive, String folder) throws IOException {
    Map<String, Integer> found = new HashMap<>();
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (entry.getName().startsWith(folder) && !entry.isDirectory()) {
          byte[] contents = zip.getInputStream(entry).readAllBytes();
          found.put(entry.getName().substring(folder.length()), checksum(contents));
        }
      }
    }
    return found;
  }

  /** CRC-32 of all but the ends of lines. (Of a file with a byte order mark Flyway's differs.) */
  private static int checksum(byte[] contents) {
    CRC32 sum = new CRC32();
    int begin = 0;
    for (int at = 0; at < contents.length; at++) {
      if (contents[at] == '\n' || contents[at] == '\r') {
        sum.update(contents, begin, at - begin);
        begin = at + 1;
      }
    }
    sum.update(contents, begin, contents.length - begin);
    return (int) sum.getValue();
  }
}
