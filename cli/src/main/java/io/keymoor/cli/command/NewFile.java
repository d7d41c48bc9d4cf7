package io.keymoor.cli.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.UUID;

/**
 * Writes files that only their owner may read: whole or not at all, durable before the call
 * returns, and never over another file.
 */
public final class NewFile {
  private NewFile() {}

  /** Fails unless {@code file} is free and its directory exists, before anything else is done. */
  public static void requireFree(Path file) {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new CommandFailed(
          file + " exists already and was left as it is. Name another file or move it away.");
    }
    if (!Files.isDirectory(file.toAbsolutePath().resolveSibling("."))) {
      throw new CommandFailed(
          "The directory of " + file + " does not exist. Nothing was done; create it first.");
    }
  }

  /** Writes {@code content} to {@code file} with mode 0600. */
  public static void write(Path file, byte[] content) {
    Path target = file.toAbsolutePath();
    Path draft = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      try {
        fill(draft, content);
        // Unlike a rename, a link fails when the name is taken.
        Files.createLink(target, draft);
      } finally {
        Files.deleteIfExists(draft);
      }
      try (FileChannel directory = FileChannel.open(target.resolveSibling("."))) {
        directory.force(true);
      }
    } catch (FileAlreadyExistsException taken) {
      throw new CommandFailed(file + " exists already and was left as it is.");
    } catch (IOException failure) {
      throw new CommandFailed(
          "The file " + file + " could not be written (" + failure.getMessage() + ").");
    }
  }

  private static void fill(Path draft, byte[] content) throws IOException {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (FileChannel out =
        FileChannel.open(
            draft,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            ownerOnly)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
  }
}
