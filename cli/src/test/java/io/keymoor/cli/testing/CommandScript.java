package io.keymoor.cli.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A text that says what a command line is expected to do:
 *
 * <pre>
 *   # a comment
 *   when GET /api/v1/about        what the manager answers; several for one request come in turn
 *     200 {"product": "Keymoor"}  status and body, which goes on over deeper lines
 *   file pw.txt                   a file in the working directory ($DIR)
 *     its content
 *   person                        a person sits at the terminal
 *   type yes                      what is typed
 *   $ keymoor about               the command; then its output
 *   Product:  Keymoor
 *   ! keymoor: a line of standard error
 *   exit 0                        its exit code ends the expectation
 *   sent POST /api/v1/x {"a":1}   what the manager must have been asked, bodies included
 *   no request                    or that it must not have been asked anything
 *   is file backup.p12            and what a file must hold now
 *     its content
 * </pre>
 *
 * @param steps the commands in order
 */
public record CommandScript(List<Step> steps) {
  /** A canned answer. */
  public record Given(String request, int status, String body) {}

  /** A file with its text. */
  public record TextFile(String name, String content) {}

  /** One command with what precedes and follows it. */
  public record Step(
      List<Given> given,
      List<TextFile> files,
      boolean person,
      String typed,
      String command,
      List<String> expected,
      int exit,
      List<String> sent,
      boolean nothingSent,
      List<TextFile> filesAfter) {}

  public static CommandScript parse(String text) {
    return new Parser(text.lines().toList()).parse();
  }

  private static final class Parser {
    private final List<String> lines;
    private int at;
    private final List<Step> steps = new ArrayList<>();
    private Draft draft = new Draft();

    private static final class Draft {
      final List<Given> given = new ArrayList<>();
      final List<TextFile> files = new ArrayList<>();
      boolean person;
      final StringBuilder typed = new StringBuilder();
      Optional<String> command = Optional.empty();
      final List<String> expected = new ArrayList<>();
      int exit;
      final List<String> sent = new ArrayList<>();
      boolean nothingSent;
      final List<TextFile> filesAfter = new ArrayList<>();
    }

    Parser(List<String> lines) {
      this.lines = lines;
    }

    CommandScript parse() {
      while (at < lines.size()) {
        String line = lines.get(at++);
        if (line.isBlank() || line.startsWith("#")) {
          continue;
        }
        if (!directive(line)) {
          throw new IllegalArgumentException("line " + at + " of the script: " + line);
        }
      }
      finish();
      return new CommandScript(steps);
    }

    private boolean directive(String line) {
      if (line.startsWith("sent ")) {
        draft.sent.add(line.substring(5));
      } else if (line.equals("no request")) {
        draft.nothingSent = true;
      } else if (line.startsWith("is file ")) {
        draft.filesAfter.add(new TextFile(line.substring(8), indented()));
      } else {
        return beforeCommand(line);
      }
      return true;
    }

    private boolean beforeCommand(String line) {
      if (draft.command.isPresent()) {
        finish();
      }
      if (line.startsWith("when ")) {
        String answer = indented().strip();
        String status = answer.split("\\s", 2)[0];
        String body = answer.substring(status.length()).strip();
        draft.given.add(new Given(line.substring(5), Integer.parseInt(status), body));
      } else if (line.startsWith("file ")) {
        draft.files.add(new TextFile(line.substring(5), indented()));
      } else if (line.equals("person")) {
        draft.person = true;
      } else if (line.startsWith("type ")) {
        draft.typed.append(line.substring(5)).append('\n');
      } else if (line.startsWith("$ keymoor")) {
        draft.command = Optional.of(line.substring(2));
        expectation();
      } else {
        return false;
      }
      return true;
    }

    private void expectation() {
      while (at < lines.size()) {
        String line = lines.get(at++);
        if (line.matches("exit \\d+")) {
          draft.exit = Integer.parseInt(line.substring(5));
          return;
        }
        draft.expected.add(line);
      }
      throw new IllegalArgumentException("a command without its exit code");
    }

    private String indented() {
      StringBuilder text = new StringBuilder();
      while (at < lines.size() && lines.get(at).startsWith("  ")) {
        text.append(lines.get(at++).substring(2)).append('\n');
      }
      return text.toString();
    }

    private void finish() {
      Draft done = draft;
      draft = new Draft();
      done.command.ifPresent(command ->
          steps.add(
              new Step(
                  done.given,
                  done.files,
                  done.person,
                  done.typed.toString(),
                  command,
                  done.expected,
                  done.exit,
                  done.sent,
                  done.nothingSent,
                  done.filesAfter)));
    }
  }
}
