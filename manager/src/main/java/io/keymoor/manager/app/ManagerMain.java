package io.keymoor.manager.app;

import io.keymoor.manager.app.ManagerConfig.ExternalDatabase;
import io.keymoor.secret.SystemMemory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** {@code keymoor manager}: exit code 0 done, 1 failed, 2 wrong usage. */
public final class ManagerMain {
  private static final String USAGE =
      """
      Usage: keymoor manager init --dir DIR [--port N] [--names HOST,IP,...] [--listen ADDRESS]
                                  [--database JDBC-URL --database-user USER
                                   --database-password-file FILE]
             keymoor manager run --dir DIR

      init makes a manager's directory: root key, CA, certificates, configuration, and the first
      administrator's context in DIR/admin/context.json. Port 0 chooses one at the first start.
      run starts it and prints its URL; stop it with SIGTERM.
      """;

  private ManagerMain() {}

  /** Runs one command. */
  public static void main(String[] arguments) {
    SystemMemory.forbidCoreDumps();
    int code;
    try {
      code = run(List.of(arguments));
    } catch (StartFailure failure) {
      System.err.println("keymoor: " + failure.getMessage());
      code = 1;
    } catch (Options.WrongUsage wrong) {
      System.err.println("keymoor: " + wrong.getMessage());
      System.err.print(USAGE);
      code = 2;
    }
    System.exit(code);
  }

  private static int run(List<String> arguments) {
    String command = arguments.isEmpty() ? "" : arguments.getFirst();
    List<String> rest = arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size());
    return switch (command) {
      case "init" -> init(Options.parse(rest, Options.INIT));
      case "run" -> serve(Options.parse(rest, Options.RUN));
      case "-h", "--help" -> {
        System.out.print(USAGE);
        yield 0;
      }
      default -> throw new Options.WrongUsage("Name a command: init or run.");
    };
  }

  private static int init(Options options) {
    List<String> names = options.list("--names").orElse(List.of("127.0.0.1", "localhost"));
    // Without names of its own it is for this machine only.
    String everywhere = options.text("--names").isPresent() ? "0.0.0.0" : "127.0.0.1";
    Path directory = Path.of(options.required("--dir"));
    Optional<ExternalDatabase> database =
        options
            .text("--database")
            .map(url ->
                new ExternalDatabase(
                    url,
                    options.required("--database-user"),
                    options.required("--database-password-file")));
    ManagerConfig config =
        ManagerConfig.initial(
            options.text("--listen").orElse(everywhere),
            options.number("--port").orElse(8443),
            names,
            database);
    new Initialisation(Clock.systemUTC(), new SecureRandom()).create(directory, config);
    System.out.println(
        "Manager made in "
            + directory
            + ". Start it: keymoor manager run --dir "
            + directory
            + "  The first administrator's context is "
            + ManagerFiles.in(directory).adminContext());
    return 0;
  }

  private static int serve(Options options) {
    Path directory = Path.of(options.required("--dir"));
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
    return 0;
  }
}
