package io.keymoor.cli.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.client.Password;
import io.keymoor.cli.command.CommandFailed;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.PasswordOptions;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor provider restore}. */
@Command(
    name = "restore",
    description = "Restore a native key provider from its backup file.",
    mixinStandardHelpOptions = true)
final class ProviderRestore implements Runnable {
  private static final long MAX_BYTES = 1024 * 1024;

  private final Session session;

  @Parameters(paramLabel = "FILE", description = "The backup file (PKCS#12).")
  private Path file = Path.of("");

  @Option(names = "--dry-run", description = "Only say what would happen.")
  private boolean dryRun;

  @Option(names = "--name", paramLabel = "NAME", description = "Restore it under another name.")
  private Optional<String> name = Optional.empty();

  @Mixin private PasswordOptions passwords = new PasswordOptions();

  ProviderRestore(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    byte[] backup = read();
    try (Password password =
        passwords.read(session.terminal(), "Password of the backup (empty for none)")) {
      JsonNode answer = session.manager().restoreProvider(backup, password, name, dryRun);
      session.print(answer, describe(answer));
    } finally {
      Arrays.fill(backup, (byte) 0);
    }
  }

  private byte[] read() {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new CommandFailed(file + " is too large to be a provider backup. Nothing was done.");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException missing) {
      throw new CommandFailed("The file " + file + " does not exist. Nothing was done.");
    } catch (IOException unreadable) {
      throw new CommandFailed("The file " + file + " can't be read. Nothing was done.");
    }
  }

  private List<String> describe(JsonNode answer) {
    List<String> lines = new ArrayList<>();
    lines.add(
        dryRun
            ? "Dry run, nothing was changed. Effect: " + Fields.text(answer, "effect")
            : "Provider " + Fields.text(answer, "provider") + " restored.");
    lines.addAll(
        new Facts()
            .add("Name", Fields.text(answer, "provider"))
            .add("UUID", Fields.text(answer, "id"))
            .add("Key check", Fields.text(answer, "native_info.key_id"))
            .add("Exported", Fields.instant(answer, "export_time"))
            .add("Unlocks", Fields.names(answer, "unlocks_vms"))
            .lines());
    return lines;
  }
}
