package io.keymoor.host;

import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The password of a dump or bundle. */
final class PasswordOption {
  private static final int LONGEST_PASSWORD = 1024;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "A file with the password, - for standard input; its first line counts.")
  private Optional<String> passwordFile = Optional.empty();

  /** The password, owned by the caller; absent when none was named. */
  Optional<SecretBytes> password() {
    if (passwordFile.isEmpty()) {
      return Optional.empty();
    }
    String name = passwordFile.get();
    byte[] read = new byte[0];
    try (InputStream in = name.equals("-") ? System.in : Files.newInputStream(Path.of(name))) {
      read = in.readNBytes(LONGEST_PASSWORD + 2);
      int length = 0;
      while (length < read.length && read[length] != '\n' && read[length] != '\r') {
        length++;
      }
      if (length == 0 || length > LONGEST_PASSWORD) {
        throw new CommandRefused(
            "The password has 1 to " + LONGEST_PASSWORD + " bytes. Nothing was done.");
      }
      return Optional.of(SecretBytes.copyOf(read, 0, length));
    } catch (IOException unreadable) {
      throw new CommandRefused("The password file " + name + " can't be read. Nothing was done.");
    } finally {
      Arrays.fill(read, (byte) 0);
    }
  }
}
