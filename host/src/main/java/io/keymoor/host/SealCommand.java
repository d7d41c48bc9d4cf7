package io.keymoor.host;

import io.keymoor.crypto.RecoveryKey;
import io.keymoor.host.config.ConfigurationException.SealRefused;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.config.Resealing;
import io.keymoor.secret.SecretBytes;
import io.keymoor.tpm.PcrSelection;
import io.keymoor.tpm.TpmException;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code keymoor host seal}. May be repeated after any interruption. */
@Command(
    name = "seal",
    description =
        "Seal the host's configuration under its TPM 2.0, or under a key file again. Stop the agent first; running VMs don't notice.",
    mixinStandardHelpOptions = true)
final class SealCommand implements Callable<Integer> {
  private final PrintStream out;

  @Mixin
  @SuppressWarnings("UnusedVariable")
  private HostMain.LauncherOptions launcher = new HostMain.LauncherOptions();

  @Mixin private SealOptions options = new SealOptions();

  @Mixin private DirectoryOption host = new DirectoryOption();

  SealCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    HostDirectory directory = host.directory();
    if (options.keyFile()) {
      new Resealing(directory, new SecureRandom()).underKeyFile();
      out.println(
          "The configuration is sealed under "
              + directory.key().file()
              + ". KDKs of providers that require a TPM are gone from it, and keys of standard"
              + " providers don't outlive a restart of the host.");
    } else {
      underTpm(directory, options, out);
    }
    return 0;
  }

  /** Seals and shows the recovery key, once. */
  static void underTpm(HostDirectory directory, SealOptions options, PrintStream out) {
    try {
      Optional<SecretBytes> recovery =
          new Resealing(directory, new SecureRandom()).underTpm(options.tpm(), options.terms());
      out.println("The configuration is sealed by this host's TPM" + condition(options) + ".");
      if (recovery.isPresent()) {
        try (SecretBytes key = recovery.get()) {
          show(key, out);
        }
      } else {
        out.println("Its recovery key is the one that was shown before.");
      }
    } catch (TpmException refused) {
      throw new SealRefused(refused.code(), String.valueOf(refused.getMessage()));
    }
  }

  private static String condition(SealOptions options) {
    PcrSelection pcrs = options.terms().pcrs();
    return pcrs.isEmpty()
        ? ""
        : ", which opens it while its registers "
            + pcrs.text()
            + " are as now: before an update of what they measure, keymoor host tpm suspend";
  }

  private static void show(SecretBytes key, PrintStream out) {
    char[] text = RecoveryKey.text(key);
    try {
      out.println(
          "Its recovery key, shown now and never again. Write it down and keep it away from the"
              + " host: with it and the host's disk everything opens, without it a host whose TPM"
              + " or registers change has to join anew.");
      out.print("  ");
      out.print(text);
      out.println();
    } finally {
      Arrays.fill(text, '\0');
    }
  }
}
