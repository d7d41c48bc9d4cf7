package io.keymoor.disk.engine;

import io.keymoor.disk.DiskException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;

/** What a new image's file needs besides its bytes. */
public final class FileCare {
  private FileCare() {}

  /** Free space where a file will be; tests put small disks in its place. */
  @FunctionalInterface
  interface FreeSpace {
    long at(Path file) throws IOException;
  }

  /** Asks the file's own system; {@code FileStore} would read through all mounts to find it. */
  public static long usableSpace(Path file) throws IOException {
    long space = file.toFile().getUsableSpace();
    return space > 0 ? space : Files.getFileStore(file).getUsableSpace();
  }

  static void requireNothingAt(Path path) {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new DiskException.TargetExists(path.toString());
    }
  }

  /**
   * Gives {@code target} the owner, group and mode of {@code source}. Where the owner may not be
   * given, the mode stays at the creator's alone: another owner's mode would mean other people.
   */
  static void dressLike(Path source, Path target) {
    try {
      PosixFileAttributes like = Files.readAttributes(source, PosixFileAttributes.class);
      if (!like.isRegularFile()) {
        return;
      }
      Files.setAttribute(target, "unix:uid", Files.getAttribute(source, "unix:uid"));
      Files.setAttribute(target, "unix:gid", Files.getAttribute(source, "unix:gid"));
      Files.setPosixFilePermissions(target, like.permissions());
    } catch (IOException e) {
      return;
    }
  }

  /** Makes the directory entry of {@code path}, or its absence, durable. */
  public static void syncDirectoryOf(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      return;
    }
    try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
      directory.force(true);
    } catch (IOException e) {
      throw new DiskException.DiskWriteFailed(
          path.toString(), "its directory did not reach the disk", e);
    }
  }

  /** Removes a partial target; a failure is told beside the one that led here. */
  static void remove(Path partial, RuntimeException because) {
    try {
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }
}
