package io.keymoor.quickstart.scene;

import io.keymoor.cli.client.ManagerClient;
import io.keymoor.cli.client.ManagerContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A manager in a process of its own, with its own PostgreSQL, on a free loopback port. */
public final class ManagerService implements AutoCloseable {
  private static final Duration READY = Duration.ofMinutes(5);
  private static final String MAIN = "io.keymoor.manager.app.ManagerMain";
  private static final String USUAL_NAMES = "127.0.0.1,localhost";

  private final Path directory;
  private final JavaService service;

  /** Over {@code directory}; logs go to {@code logs}. */
  public ManagerService(Path directory, Path logs) {
    this.directory = directory;
    this.service =
        new JavaService("manager", MAIN, List.of("run", "--dir", directory.toString()), logs);
  }

  /** Makes a new manager: its root key, CA, and the first administrator's context. */
  public void init() {
    init(List.of());
  }

  /** The same, for a manager that has more addresses on this machine than the usual one. */
  void init(List<String> more) {
    String port = String.valueOf(FreePort.any());
    List<String> words =
        new ArrayList<>(List.of("init", "--dir", directory.toString(), "--port", port));
    if (!more.isEmpty()) {
      String names = USUAL_NAMES + "," + String.join(",", more);
      words.addAll(List.of("--listen", "127.0.0.1", "--names", names));
    }
    service.runOnce(words);
  }

  /** Starts it and returns when it answers. */
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

  /** The first administrator's context file. */
  public Path context() {
    return directory.resolve("admin").resolve("context.json");
  }

  /** Where it answers. */
  public String url() {
    return ManagerContext.read(context()).url().toString();
  }

  /** A new client of it, as its first administrator. */
  public ManagerClient client() {
    return new ManagerClient(ManagerContext.read(context()));
  }

  @Override
  public void close() {
    service.close();
  }
}
