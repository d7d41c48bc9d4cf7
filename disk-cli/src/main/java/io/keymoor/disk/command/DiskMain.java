package io.keymoor.disk.command;

import io.keymoor.disk.DiskException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Runs {@code keymoor disk}. */
@Command(
    name = "keymoor disk",
    description = "Encrypts, decrypts and checks disk images on this machine.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "A key is what its file holds, to the last byte, as for QEMU and cryptsetup; '-' reads it from",
      "standard input, where one line end after it is left out."
    })
public final class DiskMain {
  private static final int FAILED = 1;

  private static final List<Named> COMMANDS =
      List.of(
          new Named("inspect", Inspect::new),
          new Named("encrypt", Encrypt::new),
          new Named("decrypt", Decrypt::new),
          new Named("reencrypt", Reencrypt::new),
          new Named("rollback", RollBack::new),
          new Named("verify", Verify::new),
          new Named("key", Key::new),
          new Named("header", Header::new));

  /** A command by its name. */
  private record Named(String name, Function<Console, Object> maker) {
    Object of(Console console) {
      return maker.apply(console);
    }
  }

  private DiskMain() {}

  /** The commands of one process. */
  public static void main(String[] arguments) {
    Console console =
        new Console(
            System.in,
            new PrintWriter(System.out, true, System.out.charset()),
            new PrintWriter(System.err, true, System.err.charset()),
            Optional.ofNullable(System.console()).filter(java.io.Console::isTerminal).isPresent());
    CountDownLatch finished = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(() -> {
                  console.cancel().cancel();
                  awaitQuietly(finished);
                }));
    int exit = FAILED;
    try {
      exit = run(console, arguments);
    } finally {
      finished.countDown();
    }
    System.exit(exit);
  }

  /**
   * After Ctrl-C the operation ends in order: a copy is removed, a conversion stops at a record.
   */
  private static void awaitQuietly(CountDownLatch finished) {
    try {
      finished.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static int run(InputStream in, PrintWriter out, PrintWriter err, String... arguments) {
    return run(new Console(in, out, err, false), arguments);
  }

  /** Finding out what each command takes costs time; only help and mistakes need it of all. */
  private static List<Named> named(String... arguments) {
    List<Named> asked =
        COMMANDS.stream()
            .filter(command -> arguments.length > 0 && command.name().equals(arguments[0]))
            .toList();
    return asked.isEmpty() ? COMMANDS : asked;
  }

  static int run(Console console, String... arguments) {
    CommandLine line = new CommandLine(new DiskMain());
    named(arguments).forEach(command -> line.addSubcommand(command.of(console)));
    return line.setOut(console.out())
        .setErr(console.err())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setExecutionExceptionHandler((failure, _, _) -> {
          if (!(failure instanceof DiskException)) {
            throw failure;
          }
          console.err().println("keymoor: " + failure.getMessage());
          return FAILED;
        })
        .execute(arguments);
  }
}
