package io.keymoor.quickstart.scene;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.client.ManagerClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A host agent in a process of its own. */
public final class AgentService implements AutoCloseable {
  private static final Duration READY = Duration.ofMinutes(3);
  private static final Duration TOKEN = Duration.ofMinutes(10);
  private static final String MAIN = "io.keymoor.host.HostMain";

  private final Path directory;
  private final String name;
  private final List<String> joinOptions;
  private final JavaService service;

  /**
   * An agent over {@code directory}.
   *
   * @param joinOptions options of {@code keymoor host join} besides directory and name
   * @param runOptions options of {@code keymoor host run} besides the directory
   */
  public AgentService(
      Path directory, String name, List<String> joinOptions, List<String> runOptions, Path logs) {
    this.directory = directory;
    this.name = name;
    this.joinOptions = List.copyOf(joinOptions);
    List<String> run = new ArrayList<>(List.of("run", "--dir", directory.toString()));
    run.addAll(runOptions);
    this.service = new JavaService("agent", MAIN, run, logs);
  }

  /** Has it join with a token, as an administrator would. */
  public void enrol(ManagerClient client, String cluster) {
    JsonNode made =
        client.createJoinToken(Optional.of(cluster), Optional.empty(), false, TOKEN.toSeconds());
    Path token = directory.resolveSibling(name + ".token");
    try {
      Files.writeString(token, made.path("token").asText());
      List<String> arguments =
          new ArrayList<>(
              List.of("join", made.path("manager_url").asText(), "--token-file", token.toString()));
      arguments.addAll(List.of("--dir", directory.toString(), "--name", name));
      arguments.addAll(joinOptions);
      service.runOnce(arguments);
      Files.delete(token);
    } catch (IOException failure) {
      throw new StoryFailed("The host's token beside " + directory + " can't be kept.", failure);
    }
  }

  /** Runs {@code keymoor host} with these words to its end; it has to succeed. */
  public String says(List<String> words) {
    return service.runOnce(words);
  }

  /** Starts it and returns when it is ready, with or without its manager. */
  public void start() {
    service.start();
    service.awaitReady(READY);
  }

  /** Stops it as an administrator would. */
  public void stop() {
    service.stop();
  }

  /** {@code kill -9}. */
  public void kill() {
    service.kill();
  }

  /** Its process. */
  public JavaService service() {
    return service;
  }

  @Override
  public void close() {
    service.close();
  }
}
