package io.keymoor.quickstart;

import io.keymoor.cli.client.ClientFailure;
import io.keymoor.cli.command.CommandFailed;
import io.keymoor.cli.output.Terminal;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.hypervisor.lab.GuestConsole;
import io.keymoor.hypervisor.lab.PrivateLibvirt;
import io.keymoor.quickstart.scene.ClusterScene;
import io.keymoor.quickstart.scene.Places;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.quickstart.scene.StoryFailed;
import io.keymoor.secret.SystemMemory;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code keymoor quickstart}. Exit codes: 0 done, 1 failed, 2 wrong usage. */
@Command(
    name = "keymoor quickstart",
    description =
        "Show what Keymoor does, on this machine, on real parts: a private libvirt host (never the"
            + " system's), a manager with its own PostgreSQL, a real guest. Each step is printed"
            + " with its proof. Afterwards everything stays up until Ctrl-C.",
    mixinStandardHelpOptions = true)
public final class QuickstartMain implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--disk",
      paramLabel = "FILE",
      description = "A raw or qcow2 disk of yours instead of a small guest; a copy of it is used.")
  private Optional<Path> disk = Optional.empty();

  @Option(
      names = "--use-original",
      description = "With --disk: encrypt the file itself, not a copy of it.")
  private boolean useOriginal;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where everything is; otherwise ~/.local/state/keymoor/quickstart.")
  private Optional<Path> directory = Optional.empty();

  @Option(names = "--exit", description = "Stop and remove everything after the last step.")
  private boolean exit;

  @Option(names = "--reset", description = "Remove what an earlier run left in DIR, then begin.")
  private boolean reset;

  @Option(
      names = "--hosts",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "With 3: another, shorter story of three hosts over shared storage, a live migration and"
              + " the loss of a host.")
  private int hosts = 1;

  /** The launcher's, which has acted on it already. */
  @Option(
      names = {"-y", "--yes"},
      description = "Install missing Debian packages without asking.")
  @SuppressWarnings("UnusedVariable")
  private boolean yes;

  private QuickstartMain(Terminal terminal) {
    this.terminal = terminal;
  }

  public static void main(String[] arguments) {
    SystemMemory.forbidCoreDumps();
    System.exit(run(Terminal.ofProcess(System.getenv()), arguments));
  }

  /** Runs one command line and answers its exit code. */
  public static int run(Terminal terminal, String... arguments) {
    return new CommandLine(new QuickstartMain(terminal))
        .setOut(terminal.out())
        .setErr(terminal.err())
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setExecutionExceptionHandler((failure, _, _) -> failed(terminal, failure))
        .execute(arguments);
  }

  @Override
  public Integer call() {
    Optional<String> unavailable = PrivateLibvirt.unavailableReason();
    if (unavailable.isPresent()) {
      throw new StoryFailed(unavailable.get() + " Nothing was started.");
    }
    if (useOriginal && disk.isEmpty()) {
      throw new StoryFailed("--use-original goes with --disk FILE. Nothing was started.");
    }
    if (hosts != 1) {
      return tellOfCluster();
    }
    Places places = new Places(directory.orElseGet(QuickstartMain::usualDirectory));
    if (reset && places.look() != Places.Present.NOTHING) {
      Scene.stopWhatIsLeft(places);
      places.remove();
    }
    return switch (places.look()) {
      case NOTHING -> tell(places);
      case FINISHED_RUN -> goOn(places);
      case BROKEN_OFF_RUN ->
          throw new StoryFailed(
              "An earlier run in "
                  + places.base()
                  + " broke off; it was left as it is. Begin anew with --reset, which removes that"
                  + " directory, or name another --dir.");
      case SOMETHING_ELSE ->
          throw new StoryFailed(
              places.base()
                  + " holds files that no quickstart made; they were left as they are. Name an"
                  + " empty or new directory with --dir.");
    };
  }

  private int tellOfCluster() {
    if (hosts != ClusterStory.HOSTS || disk.isPresent()) {
      throw new StoryFailed("--hosts is 1 or 3, and 3 goes without --disk. Nothing was started.");
    }
    Places places =
        new Places(directory.orElseGet(() -> usualDirectory().resolveSibling("quickstart-hosts")));
    if (reset && places.look() != Places.Present.NOTHING) {
      ClusterScene.stopWhatIsLeft(places, hosts);
      places.remove();
    }
    if (places.look() != Places.Present.NOTHING) {
      throw new StoryFailed(
          places.base()
              + " holds files; they were left as they are. If an earlier run left them: --reset,"
              + " which removes that directory. Otherwise name another one with --dir.");
    }
    try (ClusterScene scene = new ClusterScene(places, hosts)) {
      Interruption interruption = new Interruption(scene::up, scene::close, terminal);
      Story story = new Story(new ClusterStory(scene).chapters(), terminal, InstantSource.system());
      story.run();
      story.printSummary();
      if (!exit) {
        stayUp(
            ClusterStory.whatToTry(scene), "Ctrl-C stops it; --reset begins anew.", interruption);
      }
    }
    return end(places);
  }

  private int tell(Places places) {
    disk.ifPresent(QuickstartMain::requireReadable);
    places.create();
    try (Scene scene = new Scene(places, terminal, disk, useOriginal)) {
      Story story = new Story(Steps.all(scene), terminal, InstantSource.system());
      Interruption interruption = new Interruption(scene, terminal);
      story.run();
      places.markFinished();
      story.printSummary();
      stayUpUnlessExit(scene, interruption);
    }
    return end(places);
  }

  private int goOn(Places places) {
    terminal.out().println("Going on with what an earlier run left in " + places.base() + " ...");
    try (Scene scene = new Scene(places, terminal, Optional.empty(), false)) {
      Interruption interruption = new Interruption(scene, terminal);
      scene.resume();
      stayUpUnlessExit(scene, interruption);
    }
    return end(places);
  }

  private void stayUpUnlessExit(Scene scene, Interruption interruption) {
    if (!exit) {
      stayUp(
          scene.whatToTry(),
          "Ctrl-C stops it; the same command goes on with it, --reset begins anew.",
          interruption);
    }
  }

  private int end(Places places) {
    if (exit) {
      places.remove();
      terminal.out().println("Everything was stopped and " + places.base() + " removed.");
    }
    return 0;
  }

  private void stayUp(List<String> whatToTry, String howToEnd, Interruption interruption) {
    PrintWriter out = terminal.out();
    out.println();
    out.println("Everything stays up. In another terminal:");
    out.println();
    whatToTry.forEach(line -> out.println("  " + line));
    out.println();
    out.println(howToEnd);
    out.flush();
    interruption.await();
  }

  private static void requireReadable(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new StoryFailed(
          "The disk " + file + " does not exist or can't be read. Nothing was started.");
    }
  }

  private static Path usualDirectory() {
    String state = System.getenv().getOrDefault("XDG_STATE_HOME", "");
    Path base =
        state.isEmpty()
            ? Path.of(System.getProperty("user.home", "/"), ".local", "state")
            : Path.of(state);
    return base.resolve("keymoor").resolve("quickstart");
  }

  private static int failed(Terminal terminal, Exception failure) {
    String sentence =
        switch (failure) {
          case StoryFailed known -> String.valueOf(known.getMessage());
          case ClientFailure known -> String.valueOf(known.getMessage());
          case CommandFailed known -> String.valueOf(known.getMessage());
          case HypervisorException known -> String.valueOf(known.getMessage());
          case GuestConsole.GuestFailed known ->
              "The VM was started and "
                  + known.getMessage()
                  + ". What QEMU said is in var/log/libvirt/qemu of its host. On a machine that is very busy"
                  + " a guest may be too slow: run the quickstart again with --reset when it is not.";
          default -> "An unexpected failure: " + failure;
        };
    terminal.err().println(terminal.style().bad("keymoor: " + sentence));
    if (!System.getenv().getOrDefault("KEYMOOR_DEBUG", "").isEmpty()) {
      failure.printStackTrace(terminal.err());
    }
    terminal.err().flush();
    return 1;
  }

  /** Ctrl-C and SIGTERM: stops the scene before the process ends. */
  private static final class Interruption {
    private final CountDownLatch asked = new CountDownLatch(1);

    Interruption(Scene scene, Terminal terminal) {
      this(scene::up, scene::close, terminal);
    }

    Interruption(BooleanSupplier up, Runnable close, Terminal terminal) {
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .name("stop")
                  .unstarted(() -> {
                    asked.countDown();
                    if (up.getAsBoolean()) {
                      terminal.err().println("Stopping ...");
                      close.run();
                    }
                  }));
    }

    void await() {
      try {
        asked.await();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
