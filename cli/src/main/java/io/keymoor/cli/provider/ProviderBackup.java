package io.keymoor.cli.provider;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.keymoor.cli.client.Password;
import io.keymoor.cli.command.NewFile;
import io.keymoor.cli.command.PasswordOptions;
import io.keymoor.cli.command.Session;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor provider backup}. */
@Command(
    name = "backup",
    description =
        "Write the backup of a native key provider (PKCS#12). Whoever has it and its password can open every VM of the provider.",
    mixinStandardHelpOptions = true)
final class ProviderBackup implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
  private String provider = "";

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Where to write it; otherwise PROVIDER.p12 here.")
  private Optional<Path> file = Optional.empty();

  @Mixin private PasswordOptions passwords = new PasswordOptions();

  ProviderBackup(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    Path target = file.orElseGet(() -> Path.of(provider + ".p12"));
    NewFile.requireFree(target);
    try (Password password =
        passwords.readNew(session.terminal(), "Password for the backup (empty for none)")) {
      if (password.isEmpty()) {
        session.warn(
            "the backup has no password: whoever reads the file can open every VM of "
                + provider
                + ". Keep it like a key.");
      }
      byte[] backup = session.manager().backupProvider(provider, password);
      try {
        NewFile.write(target, backup);
      } finally {
        Arrays.fill(backup, (byte) 0);
      }
    }
    session.done(
        JsonNodeFactory.instance.objectNode().put("file", target.toAbsolutePath().toString()),
        "Backup of "
            + provider
            + " written to "
            + target
            + ". Keep it away from this estate; with it and the VM files every VM opens.");
  }
}
