package io.keymoor.kms.command;

import io.keymoor.crypto.CryptoException;
import io.keymoor.kms.node.NodeException;
import io.keymoor.kms.rootkey.RootKeyException;
import io.keymoor.kms.store.KmsStoreException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command {@code keymoor kms}.
 *
 * <p>Exit codes: 0 done, 1 failed (one sentence on standard error says why), 2 wrong usage.
 */
@Command(
    name = "keymoor kms",
    description = "A KMIP key management server.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "To begin:  keymoor kms init --dir DIR   and then   keymoor kms run --dir DIR"})
public final class KmsCommand {
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private KmsCommand() {}

  /** Runs one command line and answers its exit code. */
  public static int run(Output output, InstantSource clock, String... arguments) {
    CommandLine command = new CommandLine(new KmsCommand());
    // Clients may wait for a node, and to look through all the other commands takes time.
    if (arguments.length > 0 && arguments[0].equals("run")) {
      command.addSubcommand(new RunCommand(output, clock));
    } else {
      addAll(command, output, clock);
    }
    return command
        .setOut(output.out())
        .setErr(output.err())
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setParameterExceptionHandler((wrong, _) -> wrongUsage(output, wrong))
        .setExecutionExceptionHandler((failure, _, _) -> failed(output, failure))
        .execute(arguments);
  }

  private static void addAll(CommandLine command, Output output, InstantSource clock) {
    CommandLine client =
        new CommandLine(new ClientCommands.Group())
            .addSubcommand(new ClientCommands.Add(output, clock))
            .addSubcommand(new ClientCommands.Show(output))
            .addSubcommand(new ClientCommands.Remove(output))
            .addSubcommand(new ClientCommands.Share(output));
    command
        .addSubcommand(new InitCommand(output, clock))
        .addSubcommand(new RunCommand(output, clock))
        .addSubcommand(client)
        .addSubcommand(new ListCommand(output, clock))
        .addSubcommand(new StatusCommand(output))
        .addSubcommand(new AuditCommand(output))
        .addSubcommand(new RootKeyCommand(output, clock))
        .addSubcommand(new ExportCommand(output, clock))
        .addSubcommand(new ImportCommand(output, clock));
  }

  private static int wrongUsage(Output output, CommandLine.ParameterException wrong) {
    output.err().println("keymoor: " + wrong.getMessage());
    output
        .err()
        .println("See: " + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    return USAGE;
  }

  private static int failed(Output output, Exception failure) {
    String sentence =
        switch (failure) {
          case NodeException known -> known.getMessage();
          case KmsStoreException known -> known.getMessage();
          case RootKeyException known -> known.getMessage();
          case CryptoException known -> known.getMessage();
          case UncheckedIOException known -> known.getMessage() + ".";
          default -> "An unexpected failure: " + failure;
        };
    output.err().println("keymoor: " + sentence);
    return FAILED;
  }
}
