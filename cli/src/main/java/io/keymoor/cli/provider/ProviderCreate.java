package io.keymoor.cli.provider;

import io.keymoor.cli.command.Session;
import io.keymoor.cli.kms.KmsCommands;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code keymoor provider create}. */
@Command(name = "create", description = "Create a key provider.", mixinStandardHelpOptions = true)
final class ProviderCreate {
  private ProviderCreate() {}

  static CommandLine tree(Session session) {
    return new CommandLine(new ProviderCreate())
        .addSubcommand(new ProviderCreateNative(session))
        .addSubcommand(KmsCommands.createStandard(session));
  }
}
