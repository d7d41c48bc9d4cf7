package io.keymoor.host.dump;

import io.keymoor.crypto.stream.Recipient;
import io.keymoor.crypto.stream.SealedStreamWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;

/**
 * A new file of mode 0600 into which nothing goes but what is sealed. When its writing fails it is
 * removed; when it succeeds it is on the disk. An existing file is never overwritten.
 *
 * @param file where to
 * @param label what the clear bytes are
 * @param recipients who may open it
 */
public record SealedOutput(Path file, String label, List<Recipient> recipients) {
  private static final int BUFFER = 1 << 20;

  public SealedOutput {
    recipients = List.copyOf(recipients);
  }

  /** Writes the clear bytes. */
  @FunctionalInterface
  public interface Contents {
    /** Writes everything to {@code out}, which it need not close. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes the file. */
  public void write(Contents contents, SecureRandom random) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      try {
        SealedStreamWriter sealed =
            new SealedStreamWriter(
                new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER),
                label,
                recipients,
                random);
        contents.writeTo(sealed);
        sealed.finish();
        channel.force(true);
      } catch (IOException | RuntimeException failure) {
        Files.delete(file);
        throw failure;
      }
    }
  }
}
