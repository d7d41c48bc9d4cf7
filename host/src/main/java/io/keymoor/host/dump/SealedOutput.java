package io.keymoor.host.dump;

import io.keymoor.crypto.stream.Recipient;
import io.keymoor.crypto.stream.SealedStreamWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;

/**
 * A new file of mode 0600 into which nothing goes but what is sealed. It has its name once it is
 * whole and on the disk; an existing file is never overwritten. When its writing fails nothing is
 * left; when the process is killed meanwhile, ciphertext under a name of its own, which the next
 * writing of the file removes.
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
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    OwnedNames names = new OwnedNames("." + file.getFileName() + ".");
    for (Path left : names.ofTheDead(file.toAbsolutePath().resolveSibling(""))) {
      Files.deleteIfExists(left);
    }
    Path partial = file.resolveSibling(names.own() + "partial");
    try (FileChannel channel =
        FileChannel.open(
            partial,
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
        name(partial);
      } finally {
        Files.deleteIfExists(partial);
      }
    }
  }

  /** A link fails where the name is taken; some file systems have none. */
  private void name(Path partial) throws IOException {
    try {
      Files.createLink(file, partial);
    } catch (FileAlreadyExistsException taken) {
      throw taken;
    } catch (UnsupportedOperationException | FileSystemException noLinks) {
      Files.move(partial, file);
    }
  }
}
