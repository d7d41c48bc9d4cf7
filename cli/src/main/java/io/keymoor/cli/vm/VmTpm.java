package io.keymoor.cli.vm;

import io.keymoor.cli.command.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code keymoor vm tpm}. */
@Command(
    name = "tpm",
    description = "The virtual TPM 2.0 of a powered-off VM.",
    mixinStandardHelpOptions = true)
final class VmTpm {
  private VmTpm() {}

  static CommandLine tree(Session session) {
    return new CommandLine(new VmTpm())
        .addSubcommand(new VmTpmAdd(session))
        .addSubcommand(new VmTpmRemove(session));
  }
}
