package io.keymoor.disk.command;

import io.keymoor.disk.DiskException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
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
    int exit = run(console, arguments);
    finished.countDown();
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

  static int run(Console console, String... arguments) {
    return new CommandLine(new DiskMain())
        .addSubcommand(new Inspect(console))
        .addSubcommand(new Encrypt(console))
        .addSubcommand(new Decrypt(console))
        .addSubcommand(new Reencrypt(console))
        .addSubcommand(new RollBack(console))
        .addSubcommand(new Verify(console))
        .addSubcommand(new Key(console))
        .addSubcommand(new Header(console))
        .setOut(console.out())
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
