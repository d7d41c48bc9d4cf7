package io.keymoor.cli;

import io.keymoor.cli.audit.AuditCommands;
import io.keymoor.cli.client.ClientFailure;
import io.keymoor.cli.cluster.ClusterCommands;
import io.keymoor.cli.command.CommandFailed;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.command.WrongUsage;
import io.keymoor.cli.host.HostCommands;
import io.keymoor.cli.kms.KeyCommands;
import io.keymoor.cli.output.DisplayText;
import io.keymoor.cli.output.Terminal;
import io.keymoor.cli.provider.ProviderCommands;
import io.keymoor.cli.task.TaskCommands;
import io.keymoor.cli.tpm.TpmCommands;
import io.keymoor.cli.user.UserCommands;
import io.keymoor.cli.vm.VmCommands;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/**
 * The {@code keymoor} command.
 *
 * <p>Exit codes: 0 done, 1 failed (one sentence on standard error says why), 2 wrong usage.
 */
@Command(
    name = "keymoor",
    description = "Key providers for virtual machines on KVM and libvirt.",
    mixinStandardHelpOptions = true,
    versionProvider = KeymoorCli.Version.class,
    footer = {
      "",
      "Not over the manager but on the machine itself, each with --help:",
      "keymoor quickstart, manager, kms, disk, host join, host run."
    })
public final class KeymoorCli {
  /** Done. */
  public static final int OK = 0;

  /** Failed. */
  public static final int FAILED = 1;

  /** Wrong usage. */
  public static final int USAGE = 2;

  private KeymoorCli() {}

  public static void main(String[] arguments) {
    Map<String, String> environment = System.getenv();
    Path home = Path.of(System.getProperty("user.home", "/"));
    int exit =
        run(Terminal.ofProcess(environment), environment, home, InstantSource.system(), arguments);
    System.exit(exit);
  }

  /** Runs one command line and answers its exit code. Nothing outside the terminal is global. */
  public static int run(
      Terminal terminal,
      Map<String, String> environment,
      Path home,
      InstantSource clock,
      String... arguments) {
    try (Session session = new Session(terminal, environment, home, clock)) {
      return commandLine(session).execute(arguments);
    }
  }

  /** The whole tree of commands. */
  static CommandLine commandLine(Session session) {
    CommandLine top =
        new CommandLine(new KeymoorCli())
            .addMixin("shared", session.options())
            .addSubcommand(ProviderCommands.tree(session))
            .addSubcommand(KeyCommands.tree(session))
            .addSubcommand(ClusterCommands.tree(session))
            .addSubcommand(HostCommands.tree(session))
            .addSubcommand(TpmCommands.tree(session))
            .addSubcommand(VmCommands.tree(session))
            .addSubcommand(TaskCommands.tree(session))
            .addSubcommand(AuditCommands.tree(session))
            .addSubcommand(UserCommands.tree(session))
            .addSubcommand(new AlarmsCommand(session))
            .addSubcommand(new AboutCommand(session))
            .addSubcommand(new CompletionCommand(session));
    return top.setOut(session.terminal().out())
        .setErr(session.terminal().err())
        .setUsageHelpAutoWidth(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setParameterExceptionHandler(
            (wrong, _) -> wrongUsage(session, wrong.getCommandLine(), wrong))
        .setExecutionExceptionHandler((failure, command, _) -> failed(session, command, failure));
  }

  private static int wrongUsage(Session session, CommandLine command, Exception wrong) {
    PrintWriter err = session.terminal().err();
    err.println("keymoor: " + DisplayText.shown(String.valueOf(wrong.getMessage())));
    err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
    return USAGE;
  }

  private static int failed(Session session, CommandLine command, Exception failure) {
    if (failure instanceof WrongUsage) {
      return wrongUsage(session, command, failure);
    }
    String sentence =
        switch (failure) {
          case ClientFailure known -> known.getMessage();
          case CommandFailed known -> known.getMessage();
          default ->
              "An unexpected failure: "
                  + failure
                  + ". Set KEYMOOR_DEBUG=1 to see where it comes from.";
        };
    String shown = DisplayText.shown(String.valueOf(sentence));
    session.terminal().err().println(session.terminal().style().bad("keymoor: " + shown));
    if (session.debugging()) {
      failure.printStackTrace(session.terminal().err());
    }
    return FAILED;
  }

  /** The version from the archive's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = KeymoorCli.class.getPackage().getImplementationVersion();
      return new String[] {"keymoor " + (version == null ? "(not packaged)" : version)};
    }
  }
}
