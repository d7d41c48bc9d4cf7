package io.keymoor.cli.vm;

import io.keymoor.cli.command.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code keymoor vm}. */
@Command(
    name = "vm",
    description = "Virtual machines: register, encrypt, rekey, start.",
    mixinStandardHelpOptions = true)
public final class VmCommands {
  private VmCommands() {}

  /** The command with its subcommands. */
  public static CommandLine tree(Session session) {
    return new CommandLine(new VmCommands())
        .addSubcommand(new VmRegister(session))
        .addSubcommand(new VmUnregister(session))
        .addSubcommand(new VmTemplate(session))
        .addSubcommand(new VmList(session))
        .addSubcommand(new VmShow(session))
        .addSubcommand(new VmEncrypt(session))
        .addSubcommand(new VmDecrypt(session))
        .addSubcommand(new VmRekey(session))
        .addSubcommand(new VmStart(session))
        .addSubcommand(new VmStop(session))
        .addSubcommand(new VmUnlock(session))
        .addSubcommand(VmTpm.tree(session));
  }
}
