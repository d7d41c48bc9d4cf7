package io.keymoor.manager.app;

import io.keymoor.manager.app.ManagerConfig.ExternalDatabase;
import io.keymoor.secret.SystemMemory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code keymoor manager}: exit code 0 done, 1 failed, 2 wrong usage. */
@Command(
    name = "keymoor manager",
    description = "The manager itself, on its own machine.",
    mixinStandardHelpOptions = true)
public final class ManagerMain {
  private static final int DONE = 0;
  private static final int FAILED = 1;

  private ManagerMain() {}

  /** Runs one command. */
  public static void main(String[] arguments) {
    // Key derivation keys are in this process for moments.
    SystemMemory.forbidCoreDumps();
    System.exit(execute(arguments));
  }

  static int execute(String... arguments) {
    return new CommandLine(new ManagerMain())
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setExecutionExceptionHandler((failure, _, _) -> failed(failure))
        .execute(arguments);
  }

  private static int failed(Exception failure) throws Exception {
    if (failure instanceof StartFailure known) {
      System.err.println("keymoor: " + known.getMessage());
      return FAILED;
    }
    throw failure;
  }

  /** A database of somebody else's. */
  static final class DatabaseOptions {
    @Option(
        names = "--database",
        paramLabel = "JDBC-URL",
        required = true,
        description = "A PostgreSQL of yours instead of an embedded one.")
    private String url = "";

    @Option(
        names = "--database-user",
        paramLabel = "USER",
        required = true,
        description = "Its user.")
    private String user = "";

    @Option(
        names = "--database-password-file",
        paramLabel = "FILE",
        required = true,
        description = "A file that holds the user's password.")
    private String passwordFile = "";

    private ExternalDatabase database() {
      return new ExternalDatabase(url, user, passwordFile);
    }
  }

  @Command(
      name = "init",
      description =
          "Make a manager's directory: root key, CA, certificates, configuration, and the first"
              + " administrator's context in DIR/admin/context.json.",
      mixinStandardHelpOptions = true)
  int init(
      @Option(
              names = "--dir",
              paramLabel = "DIR",
              required = true,
              description = "The directory to make.")
          Path directory,
      @Option(
              names = "--port",
              paramLabel = "N",
              defaultValue = "8443",
              description = "Where it listens; 0 chooses a port at the first start.")
          int port,
      @Option(
              names = "--names",
              paramLabel = "HOST,IP",
              description = "What others call it; otherwise it is for this machine only.")
          Optional<String> names,
      @Option(
              names = "--listen",
              paramLabel = "ADDRESS",
              description = "The address it listens on.")
          Optional<String> listen,
      @ArgGroup(exclusive = false) @Nullable DatabaseOptions database) {
    String everywhere = names.isPresent() ? "0.0.0.0" : "127.0.0.1";
    ManagerConfig config =
        ManagerConfig.initial(
            listen.orElse(everywhere),
            port,
            names.map(ManagerMain::list).orElse(List.of("127.0.0.1", "localhost")),
            Optional.ofNullable(database).map(DatabaseOptions::database));
    new Initialisation(Clock.systemUTC(), new SecureRandom()).create(directory, config);
    System.out.println(
        "Manager made in "
            + directory
            + ". Start it: keymoor manager run --dir "
            + directory
            + "  The first administrator's context is "
            + ManagerFiles.in(directory).adminContext());
    return DONE;
  }

  private static List<String> list(String commaSeparated) {
    return Arrays.stream(commaSeparated.split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .toList();
  }

  @Command(
      name = "run",
      description = "Start it and print its URL; stop it with SIGTERM.",
      mixinStandardHelpOptions = true)
  int run(
      @Option(
              names = "--dir",
              paramLabel = "DIR",
              required = true,
              description = "The manager's directory.")
          Path directory) {
    ManagerServer server = ManagerServer.start(directory, Clock.systemUTC(), new SecureRandom());
    CountDownLatch end = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  end.countDown();
                },
                "stop"));
    System.out.println("Keymoor manager ready at " + server.url());
    try {
      end.await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    return DONE;
  }
}
