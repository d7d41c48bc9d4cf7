package io.keymoor.host.dump;

import io.keymoor.crypto.CryptoException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A clear file of mode 0600 that is there only when all of it was read and found unchanged. */
public final class OpenedFile {
  private static final int BUFFER = 64 * 1024;

  private OpenedFile() {}

  /** Writes what {@code in} gives into a new file. */
  public static void write(InputStream in, Path file) throws IOException {
    try (FileChannel out =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      try {
        byte[] buffer = new byte[BUFFER];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          ByteBuffer part = ByteBuffer.wrap(buffer, 0, read);
          while (part.hasRemaining()) {
            out.write(part);
          }
        }
      } catch (IOException | CryptoException failure) {
        Files.delete(file);
        throw failure;
      }
    }
  }
}
