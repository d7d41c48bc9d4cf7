package io.keymoor.cli.tpm;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.CommandFailed;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor tpm}. */
@Command(
    name = "tpm",
    description = "Which makers' TPMs are trusted. (vm tpm is a VM's, host tpm the host's own.)",
    mixinStandardHelpOptions = true)
public final class TpmCommands {
  private TpmCommands() {}

  /** The command with its subcommands. */
  public static CommandLine tree(Session session) {
    return new CommandLine(new TpmCommands()).addSubcommand(new Ca(session));
  }

  /** {@code keymoor tpm ca}. */
  @Command(
      name = "ca",
      description =
          "Authorities of TPM makers, whose certificate in a TPM says that it is one. Nobody is trusted until added.",
      mixinStandardHelpOptions = true)
  static final class Ca {
    private static final int MOST_BYTES = 256 * 1024;

    private final Session session;

    Ca(Session session) {
      this.session = session;
    }

    @Command(
        name = "add",
        description =
            "Trust the authorities in a file, as makers publish them: the one that issues the certificates in TPMs, mostly an intermediate one.",
        mixinStandardHelpOptions = true)
    void add(
        @Parameters(paramLabel = "FILE", description = "Certificates in DER or PEM.") Path file) {
      JsonNode answer = session.manager().tpms().add(read(file));
      session.print(answer, table(answer), "");
    }

    @Command(
        name = "list",
        description = "List the authorities that are trusted.",
        mixinStandardHelpOptions = true)
    void list() {
      JsonNode answer = session.manager().tpms().authorities();
      session.print(
          answer,
          table(answer),
          "No TPM maker's authority is trusted. Add one: keymoor tpm ca add FILE ; or approve TPMs"
              + " one by one: keymoor host attest");
    }

    @Command(
        name = "remove",
        description = "Trust an authority no more.",
        mixinStandardHelpOptions = true)
    void remove(
        @Parameters(paramLabel = "FINGERPRINT", description = "As keymoor tpm ca list shows it.")
            String fingerprint,
        @Option(
                names = "--force",
                description =
                    "Also where hosts lose the keys of providers that require a TPM by it; their VMs lock at power-off.")
            boolean force) {
      session.manager().tpms().remove(fingerprint, force);
      session.done("The authority is trusted no more.");
    }

    private static Table table(JsonNode answer) {
      Table table = new Table("AUTHORITY", "UNTIL", "FINGERPRINT");
      for (JsonNode authority : Fields.list(answer, "authorities")) {
        table.row(
            Fields.text(authority, "subject"),
            Fields.instant(authority, "ends"),
            Fields.text(authority, "fingerprint"));
      }
      return table;
    }

    private static byte[] read(Path file) {
      try {
        if (Files.size(file) > MOST_BYTES) {
          throw new CommandFailed(
              file + " is too large to be a file of certificates. Nothing was changed.");
        }
        return Files.readAllBytes(file);
      } catch (IOException unreadable) {
        throw new CommandFailed("The file " + file + " could not be read. Nothing was changed.");
      }
    }
  }
}
