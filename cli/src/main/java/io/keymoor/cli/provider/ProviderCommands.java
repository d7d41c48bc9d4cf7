package io.keymoor.cli.provider;

import io.keymoor.cli.command.Session;
import io.keymoor.cli.kms.KmsCommands;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code keymoor provider}. */
@Command(
    name = "provider",
    description = "Key providers: create, check, back up, restore, delete.",
    mixinStandardHelpOptions = true)
public final class ProviderCommands {
  private ProviderCommands() {}

  /** The command with its subcommands. */
  public static CommandLine tree(Session session) {
    return new CommandLine(new ProviderCommands())
        .addSubcommand(ProviderCreate.tree(session))
        .addSubcommand(new ProviderList(session))
        .addSubcommand(new ProviderShow(session))
        .addSubcommand(KmsCommands.check(session))
        .addSubcommand(KmsCommands.tree(session))
        .addSubcommand(KmsCommands.identity(session))
        .addSubcommand(KmsCommands.rotate(session))
        .addSubcommand(KmsCommands.descriptor(session))
        .addSubcommand(new ProviderBackup(session))
        .addSubcommand(new ProviderRestore(session))
        .addSubcommand(new ProviderSetDefault(session))
        .addSubcommand(new ProviderRename(session))
        .addSubcommand(new ProviderUsage(session))
        .addSubcommand(new ProviderAudit(session))
        .addSubcommand(new ProviderChange(session))
        .addSubcommand(new ProviderDelete(session));
  }
}
