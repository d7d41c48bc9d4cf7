package io.keymoor.quickstart.scene;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keymoor.cli.client.ManagerClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A host agent in a process of its own. */
public final class AgentService implements AutoCloseable {
  private static final Duration READY = Duration.ofMinutes(1);
  private static final String MAIN = "io.keymoor.host.HostMain";

  private final Path directory;
  private final String name;
  private final List<String> initOptions;
  private final JavaService service;

  /**
   * An agent over {@code directory}.
   *
   * @param initOptions options of {@code keymoor host init} besides directory and name
   * @param runOptions options of {@code keymoor host run} besides the directory
   */
  public AgentService(
      Path directory, String name, List<String> initOptions, List<String> runOptions, Path logs) {
    this.directory = directory;
    this.name = name;
    this.initOptions = List.copyOf(initOptions);
    List<String> run = new ArrayList<>(List.of("run", "--dir", directory.toString()));
    run.addAll(runOptions);
    this.service = new JavaService("agent", MAIN, run, logs);
  }

  /** Makes the host's keys and its request. */
  public void init() {
    List<String> arguments =
        new ArrayList<>(List.of("init", "--dir", directory.toString(), "--name", name));
    arguments.addAll(initOptions);
    service.runOnce(arguments);
  }

  /** Carries the request to the manager and its grant back, as an administrator would. */
  public void enrol(ManagerClient client, String cluster) {
    ObjectMapper json = new ObjectMapper();
    try {
      JsonNode request = json.readTree(Files.readAllBytes(directory.resolve("host-request.json")));
      JsonNode grant = client.addHost(cluster, request);
      Files.write(directory.resolve("host-grant.json"), json.writeValueAsBytes(grant));
    } catch (IOException failure) {
      throw new StoryFailed("The host's request in " + directory + " can't be read.", failure);
    }
  }

  /** Runs {@code keymoor host} with these words to its end; it has to succeed. */
  String says(List<String> words) {
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
