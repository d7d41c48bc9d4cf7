package io.keymoor.systemtests.testing;

import io.keymoor.cli.KeymoorCli;
import io.keymoor.cli.output.Terminal;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/** Somebody who types {@code keymoor} commands, with the context of a lab's administrator. */
public final class CommandLineUser {
  private final Path context;

  public CommandLineUser(Path context) {
    this.context = context;
  }

  /**
   * What a command did.
   *
   * @param exitCode its exit code
   * @param output what it printed
   * @param errors what it said on standard error
   */
  public record Answer(int exitCode, String output, String errors) {}

  /** Runs a command to its end, with nobody at the terminal. */
  public Answer types(String... arguments) {
    StringWriter output = new StringWriter();
    StringWriter errors = new StringWriter();
    Terminal terminal =
        Terminal.ofStreams(
            InputStream.nullInputStream(), new PrintWriter(output), new PrintWriter(errors));
    int exitCode =
        KeymoorCli.run(
            terminal,
            Map.of("KEYMOOR_CONTEXT", context.toString()),
            Path.of("/nonexistent"),
            InstantSource.system(),
            arguments);
    return new Answer(exitCode, output.toString(), errors.toString());
  }
}
