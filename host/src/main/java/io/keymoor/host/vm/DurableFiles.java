package io.keymoor.host.vm;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.provider.record.KeyRecordCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

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

  /**
   * Removes a directory with all that is in it. Follows no link below the directory two levels up,
   * also none that somebody puts there meanwhile: each entry is removed relative to the directory
   * that is open, not by its path.
   */
  static void deleteTree(Path directory) {
    Path parent = directory.toAbsolutePath().getParent();
    if (parent == null
        || parent.getParent() == null
        || !Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> place = Files.newDirectoryStream(parent.getParent());
        SecureDirectoryStream<Path> home =
            secure(place).newDirectoryStream(parent.getFileName(), LinkOption.NOFOLLOW_LINKS)) {
      deleteIn(home, directory.getFileName());
      syncDirectoryOf(directory);
    } catch (IOException | DirectoryIteratorException e) {
      throw new UncheckedIOException(
          "could not remove " + directory, e instanceof IOException io ? io : new IOException(e));
    }
  }

  private static void deleteIn(SecureDirectoryStream<Path> parent, Path name) throws IOException {
    boolean directory =
        parent
            .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .readAttributes()
            .isDirectory();
    if (!directory) {
      parent.deleteFile(name);
      return;
    }
    try (SecureDirectoryStream<Path> inside =
        parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
      for (Path entry : inside) {
        deleteIn(inside, entry.getFileName());
      }
    }
    parent.deleteDirectory(name);
  }

  /**
   * Gives a file or directory a mode. It acts on what is open, so that a link put in its place
   * meanwhile is an error, and never has its target's mode changed.
   */
  static void setMode(Path file, String mode) throws IOException {
    try (DirectoryStream<Path> parent = Files.newDirectoryStream(file.resolveSibling(""))) {
      secure(parent)
          .getFileAttributeView(
              file.getFileName(), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setPermissions(PosixFilePermissions.fromString(mode));
    }
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    throw new IOException("this system can't open a file relative to its directory");
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
