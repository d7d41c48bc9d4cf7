package io.keymoor.host;

import io.keymoor.crypto.stream.Recipient;
import io.keymoor.host.dump.SealedOutput;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** An encrypted file that is to be made, and who may open it. */
final class SealedFileOptions {
  @Mixin private PasswordOption password = new PasswordOption();

  @Option(names = "--out", paramLabel = "FILE", required = true, description = "The file to make.")
  private Path file = Path.of("");

  /** The file. */
  Path file() {
    return file;
  }

  /**
   * Writes it, for this host and whoever knows the password if one is named.
   *
   * @throws CommandRefused when nobody could open it
   */
  void write(HostOptions host, String label, SealedOutput.Contents contents) throws IOException {
    Optional<SecretBytes> secret = password.password();
    try {
      new SealedOutput(file, label, recipients(host, secret)).write(contents, new SecureRandom());
    } finally {
      secret.ifPresent(SecretBytes::close);
    }
  }

  private static List<Recipient> recipients(HostOptions host, Optional<SecretBytes> password) {
    List<Recipient> recipients = new ArrayList<>();
    host.secrets().publicKey().ifPresent(key -> recipients.add(new Recipient.KeyOwner(key)));
    password.ifPresent(it -> recipients.add(new Recipient.PasswordHolder(it)));
    if (recipients.isEmpty()) {
      throw new CommandRefused(
          "This host's dump key is missing and its host key can't be had now, so nobody could open"
              + " the file. Nothing was written. Try again when the agent has its keys, or name a"
              + " password: --password-file FILE");
    }
    return recipients;
  }
}
