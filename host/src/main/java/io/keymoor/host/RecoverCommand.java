package io.keymoor.host;

import io.keymoor.crypto.RecoveryKey;
import io.keymoor.host.config.ConfigurationException.RecoveryRefused;
import io.keymoor.host.config.ConfigurationException.SealRefused;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.config.Resealing;
import io.keymoor.secret.SecretBytes;
import io.keymoor.tpm.TpmException;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code keymoor host recover}. */
@Command(
    name = "recover",
    description =
        "Open a locked configuration with its recovery key and seal it under the TPM that is there now, or under a key file. The key is asked for, or read from standard input. Stop the agent first.",
    mixinStandardHelpOptions = true)
final class RecoverCommand implements Callable<Integer> {
  private static final int MOST_TYPED = 1024;

  private final PrintStream out;
  private final InputStream in;

  @Mixin
  @SuppressWarnings("UnusedVariable")
  private HostMain.LauncherOptions launcher = new HostMain.LauncherOptions();

  @Mixin private SealOptions options = new SealOptions();

  @Mixin private DirectoryOption host = new DirectoryOption();

  RecoverCommand(PrintStream out, InputStream in) {
    this.out = out;
    this.in = in;
  }

  @Override
  public Integer call() {
    HostDirectory directory = host.directory();
    Resealing resealing = new Resealing(directory, new SecureRandom());
    try (SecretBytes key = key()) {
      if (options.keyFile()) {
        resealing.recoverToKeyFile(key);
        out.println("Recovered: the configuration is sealed under " + directory.key().file() + ".");
      } else {
        resealing.recoverToTpm(key, options.tpm(), options.terms());
        out.println(
            "Recovered: the configuration is sealed by this host's TPM. The recovery key stays the"
                + " same.");
      }
      return 0;
    } catch (TpmException refused) {
      throw new SealRefused(refused.code(), String.valueOf(refused.getMessage()));
    }
  }

  private SecretBytes key() {
    char[] typed = typed();
    try {
      return RecoveryKey.parse(typed);
    } catch (IllegalArgumentException wrong) {
      throw new RecoveryRefused("This is no recovery key: " + wrong.getMessage() + ".");
    } finally {
      Arrays.fill(typed, '\0');
    }
  }

  private char[] typed() {
    Optional<Console> console = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    if (console.isPresent()) {
      char[] typed = console.get().readPassword("Recovery key: ");
      return typed == null ? new char[0] : typed;
    }
    byte[] bytes = new byte[0];
    try {
      bytes = in.readNBytes(MOST_TYPED);
      char[] typed = new char[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        typed[i] = (char) (bytes[i] & 0xff);
      }
      return typed;
    } catch (IOException unreadable) {
      throw new RecoveryRefused("The recovery key can't be read from standard input.");
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
