package io.keymoor.host;

import io.keymoor.crypto.stream.Recipient;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.dump.DumpRefused;
import io.keymoor.host.dump.HostSecrets;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the host is and which password is meant: the same for all commands about dumps. */
final class DumpOptions {
  private static final int LONGEST_PASSWORD = 1024;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "/var/lib/keymoor/host",
      description = "The host's directory; otherwise ${DEFAULT-VALUE}.")
  private Path path = Path.of("");

  @Option(
      names = "--runtime-dir",
      paramLabel = "DIR",
      defaultValue = "/run/keymoor",
      description = "Where the agent's key holder is; otherwise ${DEFAULT-VALUE}.")
  private Path runtime = Path.of("");

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "A file with the password, - for standard input; its first line counts.")
  private Optional<String> passwordFile = Optional.empty();

  HostDirectory directory() {
    return new HostDirectory(path.toAbsolutePath().normalize());
  }

  Path runtime() {
    return runtime;
  }

  HostSecrets secrets() {
    return new HostSecrets(directory(), runtime.resolve("key-holder"), new SecureRandom());
  }

  /** Who may open what is written: this host, and whoever knows the password if one is named. */
  List<Recipient> recipients(Optional<SecretBytes> password) {
    List<Recipient> recipients = new ArrayList<>();
    secrets().publicKey().ifPresent(key -> recipients.add(new Recipient.KeyOwner(key)));
    password.ifPresent(it -> recipients.add(new Recipient.PasswordHolder(it)));
    if (recipients.isEmpty()) {
      throw new DumpRefused(
          "This host has no host key yet, or can't have it now, so nobody could open the file."
              + " Nothing was written. Encrypt a VM of its cluster first, or name a password:"
              + " --password-file FILE");
    }
    return recipients;
  }

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
        throw new DumpRefused(
            "The password has 1 to " + LONGEST_PASSWORD + " bytes. Nothing was done.");
      }
      return Optional.of(SecretBytes.copyOf(read, 0, length));
    } catch (IOException unreadable) {
      throw new DumpRefused("The password file " + name + " can't be read. Nothing was done.");
    } finally {
      Arrays.fill(read, (byte) 0);
    }
  }
}
