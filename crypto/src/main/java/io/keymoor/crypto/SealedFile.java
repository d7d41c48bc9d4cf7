package io.keymoor.crypto;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;

/**
 * A {@link SealedBox} in a file that is replaced atomically, and the key file that seals it.
 *
 * <p>Guarantee: after {@link #write} returns, the new contents survive a power loss; during it, a
 * reader or a crash sees the old contents or the new, whole. Files have mode 0600 from the moment
 * they exist. Not safe for two writers of one file at once.
 */
public final class SealedFile {
  private static final int KEY_BYTES = 32;
  private static final long MAX_BYTES = 64L * 1024 * 1024;

  private SealedFile() {}

  /** Seals {@code clear} into {@code file}. */
  public static void write(
      Path file, SecretBytes key, String purpose, SecretBytes clear, SecureRandom random) {
    replace(file, SealedBox.seal(key, purpose, clear, random));
  }

  /**
   * Opens {@code file}; failures are those of {@link SealedBox#open}.
   *
   * @throws UncheckedIOException when it cannot be read
   */
  public static SecretBytes read(Path file, SecretBytes key, String purpose) {
    return SealedBox.open(key, purpose, bounded(file, MAX_BYTES));
  }

  /** Seals a document that is not itself a key into {@code file}. */
  public static void writeDocument(
      Path file, SecretBytes key, String purpose, byte[] document, SecureRandom random) {
    replace(file, SealedBox.seal(key, purpose, document, random));
  }

  /** Opens what {@link #writeDocument} wrote; failures are those of {@link #read}. */
  public static byte[] readDocument(Path file, SecretBytes key, String purpose) {
    return SealedBox.openDocument(key, purpose, bounded(file, MAX_BYTES));
  }

  /** Makes a key file with a fresh 256-bit key, mode 0600; never overwrites one. */
  public static void createKeyFile(Path file, SecureRandom random) {
    try (SecretBytes key = SecretBytes.random(KEY_BYTES, random)) {
      if (Files.exists(file)) {
        throw new UncheckedIOException(new FileAlreadyExistsException(file.toString()));
      }
      ClearBytes.use(key, clear -> replace(file, clear));
    }
  }

  /** The key in a key file, owned by the caller. */
  public static SecretBytes readKeyFile(Path file) {
    byte[] bytes = bounded(file, 1024);
    if (bytes.length != KEY_BYTES) {
      Arrays.fill(bytes, (byte) 0);
      throw new CryptoException.Damaged(
          "The key file "
              + file
              + " has "
              + bytes.length
              + " bytes instead of 32. Restore it from"
              + " your backup; without it nothing sealed under it opens.");
    }
    return SecretBytes.takeOver(bytes);
  }

  /** Replaces {@code file} atomically and durably: temporary file, fsync, rename, fsync. */
  public static void replace(Path file, byte[] contents) {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IllegalArgumentException("a file needs a directory: " + file);
    }
    Path temporary = directory.resolve("." + file.getFileName() + ".new");
    try {
      Files.deleteIfExists(temporary);
      try (FileChannel out =
          FileChannel.open(
              temporary,
              Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        ByteBuffer rest = ByteBuffer.wrap(contents);
        while (rest.hasRemaining()) {
          out.write(rest);
        }
        out.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      syncDirectoryOf(file);
    } catch (IOException failure) {
      throw new UncheckedIOException("could not write " + file, failure);
    }
  }

  /**
   * Sees to it that a file which {@link #replace} put in place, perhaps in a process that was
   * killed before it ended, is there after a power loss too.
   *
   * @throws UncheckedIOException when its directory can't be synced
   */
  public static void settle(Path file) {
    try {
      syncDirectoryOf(file);
    } catch (IOException failure) {
      throw new UncheckedIOException("could not sync the directory of " + file, failure);
    }
  }

  private static void syncDirectoryOf(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    try (FileChannel entry =
        FileChannel.open(Objects.requireNonNull(directory), StandardOpenOption.READ)) {
      entry.force(true);
    }
  }

  private static byte[] bounded(Path file, long most) {
    try {
      long size = Files.size(file);
      if (size > most) {
        throw new CryptoException.Damaged(
            "The file "
                + file
                + " has "
                + size
                + " bytes, more than the "
                + most
                + " it may have.");
      }
      return Files.readAllBytes(file);
    } catch (IOException failure) {
      throw new UncheckedIOException("could not read " + file, failure);
    }
  }
}
