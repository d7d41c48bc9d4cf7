package io.keymoor.host.vm;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.provider.record.KeyRecordCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** File operations whose effect is durable when they return. */
final class DurableFiles {
  private DurableFiles() {}

  /** Removes the file, or does nothing when it is not there. */
  static void delete(Path file) {
    try {
      if (Files.deleteIfExists(file)) {
        syncDirectoryOf(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("could not remove " + file, e);
    }
  }

  /** Removes a file written with SealedFile.replace, and what a kill in the middle of that left. */
  static void deleteReplaced(Path file) {
    delete(file.resolveSibling("." + file.getFileName() + ".new"));
    delete(file);
  }

  /** Removes a directory with all that is in it; follows no link. */
  static void deleteTree(Path directory) {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> inside = Files.walk(directory)) {
      List<Path> deepestFirst = inside.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
      syncDirectoryOf(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("could not remove " + directory, e);
    }
  }

  static void syncDirectoryOf(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      return;
    }
    try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
      directory.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException("could not make a change in " + parent + " durable", e);
    }
  }

  /** The text of a record's copy; absent when there is no file. What is too long is cut. */
  static Optional<String> recordText(Path file) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (var in = Files.newInputStream(file)) {
      return Optional.of(new String(in.readNBytes(KeyRecordCodec.MAX_LENGTH + 1), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + file, e);
    }
  }
}
