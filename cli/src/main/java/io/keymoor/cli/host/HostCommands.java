package io.keymoor.cli.host;

import io.keymoor.cli.command.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code keymoor host}. */
@Command(
    name = "host",
    description = "Hosts. (host join, run, seal, recover and doctor are for the host itself.)",
    mixinStandardHelpOptions = true)
public final class HostCommands {
  private HostCommands() {}

  /** The command with its subcommands. */
  public static CommandLine tree(Session session) {
    return new CommandLine(new HostCommands())
        .addSubcommand(HostTokenCommands.tree(session))
        .addSubcommand(new HostList(session))
        .addSubcommand(new HostShow(session))
        .addSubcommand(new HostDomains(session))
        .addSubcommand(new HostTheft(session))
        .addSubcommand(new HostMove(session))
        .addSubcommand(new HostKeepKeys(session))
        .addSubcommand(new HostAttest(session))
        .addSubcommand(new HostRemove(session));
  }
}
