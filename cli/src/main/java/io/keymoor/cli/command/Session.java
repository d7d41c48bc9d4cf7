package io.keymoor.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.keymoor.cli.client.ManagerClient;
import io.keymoor.cli.client.ManagerContext;
import io.keymoor.cli.client.Task;
import io.keymoor.cli.command.SharedOptions.OutputFormat;
import io.keymoor.cli.output.DisplayText;
import io.keymoor.cli.output.Facts;
import io.keymoor.cli.output.Table;
import io.keymoor.cli.output.TaskProgress;
import io.keymoor.cli.output.Terminal;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One run of the command line: its terminal, its environment and, from the first use on, its
 * manager. Results are printed through it, so that tables and JSON look the same everywhere. Not
 * thread-safe.
 */
public final class Session implements AutoCloseable {
  private static final ObjectMapper PRETTY =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Terminal terminal;
  private final Map<String, String> environment;
  private final Path home;
  private final InstantSource clock;
  private final SharedOptions options = new SharedOptions();
  private Optional<ManagerClient> manager = Optional.empty();

  public Session(
      Terminal terminal, Map<String, String> environment, Path home, InstantSource clock) {
    this.terminal = terminal;
    this.environment = Map.copyOf(environment);
    this.home = home;
    this.clock = clock;
  }

  public SharedOptions options() {
    return options;
  }

  public Terminal terminal() {
    return terminal;
  }

  /** True when every failure should come with its stack trace. */
  public boolean debugging() {
    return !environment.getOrDefault("KEYMOOR_DEBUG", "").isEmpty();
  }

  /** The manager of the chosen context. */
  public ManagerClient manager() {
    if (manager.isEmpty()) {
      Path file = ManagerContext.locate(options.context(), environment, home);
      manager = Optional.of(new ManagerClient(ManagerContext.read(file)));
    }
    return manager.get();
  }

  /** Prints {@code json} as it is for scripts, or the lines for people. */
  public void print(JsonNode json, List<String> lines) {
    if (options.output() == OutputFormat.json) {
      printJson(json);
    } else {
      lines.forEach(terminal.out()::println);
    }
  }

  /** Prints a list; people read {@code none} when it is empty. */
  public void print(JsonNode json, Table table, String none) {
    print(json, table.isEmpty() ? List.of(none) : table.lines(terminal.style()));
  }

  public void print(JsonNode json, Facts facts) {
    print(json, facts.lines());
  }

  /** Says what was done, in a sentence; scripts get {@code json}. */
  public void done(JsonNode json, String sentence) {
    print(json, List.of(DisplayText.shown(sentence)));
  }

  /** Says what was done where the API has nothing to add; scripts get an empty object. */
  public void done(String sentence) {
    done(JsonNodeFactory.instance.objectNode(), sentence);
  }

  public void warn(String sentence) {
    terminal.err().println(terminal.style().warning("Warning: " + DisplayText.shown(sentence)));
  }

  /**
   * Follows a task to its end and prints its result, or only its id when the caller does not wait.
   *
   * @throws CommandFailed when the task failed or was cancelled
   */
  public void follow(String task, boolean wait) {
    if (!wait) {
      JsonNode id = JsonNodeFactory.instance.objectNode().put("task", task);
      done(id, "Task " + task + " goes on. Watch it with: keymoor task watch " + task);
      return;
    }
    TaskProgress progress = new TaskProgress(terminal, clock);
    Interruption interruption = Interruption.whileWatching(task, terminal.err());
    Task end;
    try {
      end = manager().tasks().await(task, progress);
    } finally {
      interruption.close();
      progress.finish();
    }
    conclude(end);
  }

  /** Like {@link #follow}, for a task over many objects that may be an earlier one. */
  public void followMany(JsonNode started, boolean wait) {
    String task = Fields.text(started, "task");
    if (Fields.flag(started, "continued")) {
      terminal
          .err()
          .println(
              "Task "
                  + task
                  + " goes on: "
                  + Fields.count(started, "counts.ok")
                  + " of "
                  + Fields.count(started, "counts.total")
                  + " are done.");
    }
    follow(task, wait);
  }

  private void conclude(Task end) {
    end.json().path("result").path("warnings").forEach(warning -> warn(warning.asText()));
    switch (end.state()) {
      case SUCCEEDED -> done(end.json(), summary(end));
      case FAILED, CANCELLED, QUEUED, RUNNING, PAUSED, UNKNOWN -> {
        if (options.output() == OutputFormat.json) {
          printJson(end.json());
        }
        throw new CommandFailed(
            end.detail().isEmpty() ? "Task " + end.id() + " was cancelled." : end.detail());
      }
    }
  }

  private static String summary(Task end) {
    String said = end.json().path("result").path("summary").asText("");
    return said.isEmpty() ? "Done: " + end.kind() + " " + end.objectName() : said;
  }

  private void printJson(JsonNode json) {
    try {
      terminal.out().println(PRETTY.writeValueAsString(json));
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  @Override
  public void close() {
    manager.ifPresent(ManagerClient::close);
    terminal.out().flush();
    terminal.err().flush();
  }
}
