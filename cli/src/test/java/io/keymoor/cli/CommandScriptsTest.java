package io.keymoor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.cli.output.Terminal;
import io.keymoor.cli.testing.CommandScript;
import io.keymoor.cli.testing.CommandScript.Given;
import io.keymoor.cli.testing.CommandScript.Step;
import io.keymoor.cli.testing.CommandScript.TextFile;
import io.keymoor.cli.testing.FakeManager;
import io.keymoor.cli.testing.FakeManager.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs every script in {@code src/test/resources/scripts}; see {@link CommandScript}. */
class CommandScriptsTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-24T10:00:00Z"));

  @TempDir Path directory;

  static Stream<String> scripts() throws IOException, URISyntaxException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scripts")
  void everyCommandDoesWhatItsScriptSays(String script) throws Exception {
    CommandScript parsed = CommandScript.parse(Files.readString(folder().resolve(script)));
    assertThat(parsed.steps()).isNotEmpty();
    for (Step step : parsed.steps()) {
      try (FakeManager manager = new FakeManager()) {
        run(step, manager);
      }
    }
  }

  private void run(Step step, FakeManager manager) throws IOException {
    for (Given given : step.given()) {
      String type = given.status() / 100 == 2 ? "application/json" : "application/problem+json";
      String body = resolved(given.body(), manager);
      manager.when(given.request(), new Answer(given.status(), type, body));
    }
    for (TextFile file : step.files()) {
      Files.writeString(directory.resolve(file.name()), resolved(file.content(), manager));
    }
    Path context = manager.writeContext(Files.createDirectories(directory.resolve("context")));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    InputStream in = new ByteArrayInputStream(step.typed().getBytes(StandardCharsets.UTF_8));
    PrintWriter outWriter = new PrintWriter(out);
    PrintWriter errWriter = new PrintWriter(err);
    Terminal terminal =
        step.person()
            ? Terminal.ofPerson(in, outWriter, errWriter)
            : Terminal.ofStreams(in, outWriter, errWriter);
    Map<String, String> environment = Map.of("KEYMOOR_CONTEXT", context.toString());
    int exit = KeymoorCli.run(terminal, environment, directory, CLOCK, arguments(step, manager));
    assertThat(actual(out, err, exit, manager)).isEqualTo(expected(step));
    assertThat(manager.requests())
        .containsAll(step.sent().stream().map(line -> resolved(line, manager)).toList());
    assertThat(step.nothingSent() && !manager.requests().isEmpty()).isFalse();
    for (TextFile file : step.filesAfter()) {
      assertThat(directory.resolve(file.name())).hasContent(file.content().strip());
    }
  }

  /** Output as a script writes it: standard output, then standard error marked, then the code. */
  private String actual(StringWriter out, StringWriter err, int exit, FakeManager manager) {
    List<String> lines = new ArrayList<>();
    out.toString().lines().map(line -> anonymous(line, manager)).forEach(lines::add);
    err.toString()
        .replaceAll("\r +\r", "")
        .replace("\r", "\n")
        .lines()
        .filter(line -> !line.isBlank())
        .map(line -> "! " + anonymous(line, manager).stripTrailing())
        .forEach(lines::add);
    lines.add("exit " + exit);
    return String.join("\n", lines);
  }

  private static String expected(Step step) {
    List<String> lines = new ArrayList<>(step.expected());
    lines.add("exit " + step.exit());
    return String.join("\n", lines);
  }

  private String[] arguments(Step step, FakeManager manager) {
    return Stream.of(resolved(step.command(), manager).split(" ")).skip(1).toArray(String[]::new);
  }

  private String resolved(String text, FakeManager manager) {
    return text.replace("$DIR", directory.toString()).replace("$URL", manager.url());
  }

  private String anonymous(String text, FakeManager manager) {
    return text.replace(directory.toString(), "$DIR")
        .replace(manager.url(), "$URL")
        .replace(manager.url().replace("https://", ""), "$PLACE");
  }

  private static Path folder() throws URISyntaxException {
    var folder = CommandScriptsTest.class.getResource("/scripts");
    try {
      return Path.of(Objects.requireNonNull(folder).toURI());
    } catch (IllegalArgumentException packed) {
      throw new UncheckedIOException(new IOException(packed));
    }
  }
}
