package io.keymoor.cli.kms;

import io.keymoor.cli.command.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code keymoor provider kms}. */
@Command(
    name = "kms",
    description = "The servers of a standard key provider's KMS.",
    mixinStandardHelpOptions = true)
public final class KmsCommands {
  private KmsCommands() {}

  /** The command with its subcommands. */
  public static CommandLine tree(Session session) {
    return new CommandLine(new KmsCommands())
        .addSubcommand(new KmsAdd(session))
        .addSubcommand(new KmsRemove(session))
        .addSubcommand(new KmsTest(session))
        .addSubcommand(new KmsTrust(session));
  }

  /** {@code keymoor provider check}. */
  public static Object check(Session session) {
    return new ProviderCheck(session);
  }

  /** {@code keymoor provider create standard}. */
  public static Object createStandard(Session session) {
    return new CreateStandard(session);
  }

  /** {@code keymoor provider identity} with its subcommands. */
  public static CommandLine identity(Session session) {
    return IdentityCommands.tree(session);
  }

  /** {@code keymoor provider rotate}. */
  public static Object rotate(Session session) {
    return new ProviderRotate(session);
  }

  /** {@code keymoor provider descriptor}. */
  public static Object descriptor(Session session) {
    return new Descriptor(session);
  }
}
