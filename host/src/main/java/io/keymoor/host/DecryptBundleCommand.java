package io.keymoor.host;

import io.keymoor.crypto.stream.Opener;
import io.keymoor.crypto.stream.SealedStreamReader;
import io.keymoor.host.dump.OpenedFile;
import io.keymoor.secret.SecretBytes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor host decrypt-bundle}. */
@Command(
    name = "decrypt-bundle",
    description =
        "Open an encrypted dump or bundle: on the host that wrote it with its own key, anywhere with the password if it has one.",
    mixinStandardHelpOptions = true)
final class DecryptBundleCommand implements Callable<Integer> {
  @Mixin private HostOptions host = new HostOptions();
  @Mixin private PasswordOption option = new PasswordOption();

  @Parameters(paramLabel = "FILE", description = "The encrypted file.")
  private Path sealed = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "The file to make, in clear.")
  private Path file = Path.of("");

  private final PrintStream out;
  private final PrintStream err;

  DecryptBundleCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    return Told.by(out, err, this::work);
  }

  private String work() throws IOException {
    Optional<SecretBytes> password = option.password();
    try (SecretBytes secret = password.isPresent() ? password.get() : own();
        InputStream in = new BufferedInputStream(Files.newInputStream(sealed), 1 << 20);
        SealedStreamReader reader =
            new SealedStreamReader(
                in,
                password.isPresent()
                    ? new Opener.Password(secret)
                    : new Opener.PrivateKey(secret))) {
      OpenedFile.write(reader, file);
      return "The " + reader.label() + " is in " + file + ", in clear.";
    }
  }

  private SecretBytes own() {
    return host.secrets()
        .privateKey()
        .orElseThrow(() ->
            new CommandRefused(
                "The host key can't be had here now: its provider's key is not on this host. Nothing"
                    + " was written. Try again when the agent has its keys, or name the file's"
                    + " password: --password-file FILE"));
  }
}
