package io.keymoor.cli.output;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Where a command reads and writes.
 *
 * <p>Interactive means that a person sits at both ends; only then is anything asked, drawn or
 * coloured. Not thread-safe.
 */
public final class Terminal {
  private final InputStream in;
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean interactive;
  private final Style style;
  private final Optional<Console> console;

  private Terminal(
      InputStream in,
      PrintWriter out,
      PrintWriter err,
      boolean interactive,
      boolean colours,
      Optional<Console> console) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.interactive = interactive;
    this.style = new Style(colours);
    this.console = console;
  }

  /** The terminal of this process; NO_COLOR and TERM=dumb are respected. */
  public static Terminal ofProcess(Map<String, String> environment) {
    Optional<Console> console = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    boolean colours =
        console.isPresent()
            && environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    return new Terminal(
        System.in,
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        console.isPresent(),
        colours,
        console);
  }

  /** Pipes instead of a person. */
  public static Terminal ofStreams(InputStream in, PrintWriter out, PrintWriter err) {
    return new Terminal(in, out, err, false, false, Optional.empty());
  }

  /** A person who types what {@code in} gives and sees no colours; for tests. */
  public static Terminal ofPerson(InputStream in, PrintWriter out, PrintWriter err) {
    return new Terminal(in, out, err, true, false, Optional.empty());
  }

  public InputStream in() {
    return in;
  }

  /** For results. */
  public PrintWriter out() {
    return out;
  }

  /** For progress, warnings and errors. */
  public PrintWriter err() {
    return err;
  }

  public boolean interactive() {
    return interactive;
  }

  public Style style() {
    return style;
  }

  /** One line that a person types; empty at the end of input. */
  public String ask(String question) {
    err.print(question);
    err.flush();
    try {
      String line =
          console.isPresent()
              ? console.get().readLine()
              : new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
      return line == null ? "" : line.strip();
    } catch (IOException closed) {
      return "";
    }
  }

  /** A password typed without echo; absent when nobody is there to type or input ended. */
  public Optional<char[]> askPassword(String question) {
    return console.flatMap(c -> Optional.ofNullable(c.readPassword("%s", question)));
  }
}
