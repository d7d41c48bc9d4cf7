package io.keymoor.cli.audit;

import io.keymoor.cli.command.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code keymoor audit}. */
@Command(name = "audit", description = "The audit trail.", mixinStandardHelpOptions = true)
public final class AuditCommands {
  private AuditCommands() {}

  /** The command with its subcommands. */
  public static CommandLine tree(Session session) {
    return new CommandLine(new AuditCommands()).addSubcommand(new AuditList(session));
  }
}
