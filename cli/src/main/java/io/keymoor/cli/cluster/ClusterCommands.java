package io.keymoor.cli.cluster;

import io.keymoor.cli.command.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code keymoor cluster}. */
@Command(name = "cluster", description = "Clusters of hosts.", mixinStandardHelpOptions = true)
public final class ClusterCommands {
  private ClusterCommands() {}

  /** The command with its subcommands. */
  public static CommandLine tree(Session session) {
    return new CommandLine(new ClusterCommands())
        .addSubcommand(new ClusterCreate(session))
        .addSubcommand(new ClusterList(session));
  }
}
