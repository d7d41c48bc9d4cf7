package io.keymoor.cli.host;

import io.keymoor.cli.command.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code keymoor host token}. */
@Command(
    name = "token",
    description = "One-time tokens with which hosts join.",
    mixinStandardHelpOptions = true)
final class HostTokenCommands {
  private HostTokenCommands() {}

  /** The command with its subcommands. */
  static CommandLine tree(Session session) {
    return new CommandLine(new HostTokenCommands())
        .addSubcommand(new HostTokenCreate(session))
        .addSubcommand(new HostTokenList(session))
        .addSubcommand(new HostTokenRevoke(session));
  }
}
