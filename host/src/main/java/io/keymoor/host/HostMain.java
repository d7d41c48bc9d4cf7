package io.keymoor.host;

import io.keymoor.host.config.ConfigurationException;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.link.LinkTiming;
import io.keymoor.secret.SystemMemory;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * {@code keymoor host join}, {@code seal}, {@code recover}, {@code tpm}, {@code run}, {@code
 * adopt}, {@code address}, {@code migrate}, {@code doctor}, {@code dump}, {@code support-bundle}
 * and {@code decrypt-bundle}.
 *
 * <p>Exit status 0: done, or stopped by SIGTERM; 1: refused, with the reason on standard error; 2:
 * the command line makes no sense. An agent prints one line to standard output when it is ready and
 * logs to standard error.
 */
@Command(
    name = "keymoor host",
    description = "The agent of a host, on the host itself.",
    mixinStandardHelpOptions = true)
public final class HostMain {
  private static final int DONE = 0;
  private static final int REFUSED = 1;
  private static final int WRONG_USAGE = 2;
  private static final Duration LOCKED_RETRY = Duration.ofSeconds(10);

  private final PrintStream out;

  private HostMain(PrintStream out) {
    this.out = out;
  }

  /** Runs the command in {@code arguments}. */
  public static void main(String[] arguments) {
    SystemMemory.forbidCoreDumps();
    System.exit(execute(System.out, System.err, arguments));
  }

  static int execute(PrintStream out, PrintStream err, String... arguments) {
    CommandLine command = new CommandLine(new HostMain(out));
    // A VM may wait for the agent, and to look through all the other commands takes time.
    if (arguments.length == 0 || !arguments[0].equals("run")) {
      addOthers(command, out, err);
    }
    return execute(command, out, err, arguments);
  }

  private static void addOthers(CommandLine command, PrintStream out, PrintStream err) {
    command
        .addSubcommand(new JoinCommand(out, System.in, InstantSource.system()))
        .addSubcommand(new SealCommand(out))
        .addSubcommand(new RecoverCommand(out, System.in))
        .addSubcommand(new TpmCommand(out))
        .addSubcommand(new AdoptCommand(out, err))
        .addSubcommand(new AddressCommand(out, err))
        .addSubcommand(new MigrateCommand(out, err))
        .addSubcommand(new DoctorCommand(out))
        .addSubcommand("dump", new DumpCommand(out, err))
        .addSubcommand("support-bundle", new SupportBundleCommand(out, err))
        .addSubcommand("decrypt-bundle", new DecryptBundleCommand(out, err));
  }

  static int execute(CommandLine command, PrintStream out, PrintStream err, String... arguments) {
    return command
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setParameterExceptionHandler((wrong, _) -> wrongUsage(wrong))
        .setExecutionExceptionHandler((failure, failed, _) -> failed(failure, failed))
        .execute(arguments);
  }

  private static int wrongUsage(ParameterException wrong) {
    PrintWriter err = wrong.getCommandLine().getErr();
    err.println("keymoor host: " + wrong.getMessage());
    wrong.getCommandLine().usage(err);
    return WRONG_USAGE;
  }

  private static int failed(Exception failure, CommandLine command) throws Exception {
    if (failure instanceof ConfigurationException known) {
      command.getErr().println("keymoor host: " + known.getMessage());
      return REFUSED;
    }
    throw failure;
  }

  /** What the launcher has acted on before. */
  static final class LauncherOptions {
    @Option(
        names = {"-y", "--yes"},
        description = "Install missing Debian packages without asking.")
    @SuppressWarnings("UnusedVariable")
    private boolean yes;
  }

  @Command(
      name = "run",
      description = "Run its agent; the host must have joined a manager.",
      mixinStandardHelpOptions = true)
  int run(
      @Mixin LauncherOptions launcher,
      @Option(
              names = "--dir",
              paramLabel = "DIR",
              required = true,
              description = "The host's directory.")
          Path path,
      @Option(
              names = "--libvirt",
              paramLabel = "URI",
              description = "Another libvirt than the one named when the host was made.")
          Optional<String> libvirt,
      @Option(
              names = "--hooks-dir",
              paramLabel = "DIR",
              defaultValue = "/etc/libvirt/hooks",
              description = "libvirt's hooks; otherwise ${DEFAULT-VALUE}.")
          Path hooks,
      @Option(
              names = "--runtime-dir",
              paramLabel = "DIR",
              defaultValue = "/run/keymoor",
              description = "Where the hook meets the agent; otherwise ${DEFAULT-VALUE}.")
          Path runtime,
      @Option(
              names = "--swtpm-dir",
              paramLabel = "DIR",
              defaultValue = "/var/lib/libvirt/swtpm",
              description = "libvirt's vTPM states; otherwise ${DEFAULT-VALUE}.")
          Path swtpm,
      @Option(
              names = "--allow-clear-swap",
              description =
                  "Start encrypted VMs though their memory may reach the disk in clear. For trying"
                      + " things out only.")
          boolean clearSwapAllowed,
      @Mixin NeighbourOptions neighbours) {
    HostDirectory directory = directory(path);
    LibvirtPlaces places = new LibvirtPlaces(libvirt, hooks, runtime, swtpm);
    LibvirtSide vms = new LibvirtSide(directory, places, neighbours, clearSwapAllowed);
    CountDownLatch stop = new CountDownLatch(1);
    Optional<Agent> started = started(new LockedHost(directory, places, LOCKED_RETRY), vms, stop);
    if (started.isEmpty()) {
      return DONE;
    }
    Agent agent = started.get();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  agent.close();
                  // Asked to stop and stopped: that is no failure, whatever the signal's number.
                  Runtime.getRuntime().halt(DONE);
                },
                "stop"));
    out.println(agent.description());
    out.flush();
    try {
      stop.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
    return DONE;
  }

  /** The agent, as soon as the configuration opens. */
  private Optional<Agent> started(LockedHost host, LibvirtSide vms, CountDownLatch stop) {
    HostDirectory directory = host.directory();
    while (true) {
      try {
        return Optional.of(
            Agent.start(directory, host.places().keyHolder(), vms, LinkTiming.usual()));
      } catch (ConfigurationException.Locked locked) {
        out.println("Waiting: " + locked.getMessage());
        out.flush();
        if (!host.await(locked, stop)) {
          return Optional.empty();
        }
      }
    }
  }

  private static HostDirectory directory(Path path) {
    return new HostDirectory(path.toAbsolutePath().normalize());
  }
}
