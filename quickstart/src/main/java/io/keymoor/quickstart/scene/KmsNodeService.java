package io.keymoor.quickstart.scene;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** One node of a KMS, in a process of its own, on a free loopback port. */
public final class KmsNodeService implements AutoCloseable {
  private static final Duration READY = Duration.ofMinutes(2);
  private static final String MAIN = "io.keymoor.kms.KmsMain";
  private static final Pattern SERVES = Pattern.compile("^Serving KMIP");

  private final String name;
  private final Path directory;
  private final JavaService service;

  KmsNodeService(String name, Path directory, Path logs) {
    this.name = name;
    this.directory = directory;
    this.service =
        new JavaService(name, MAIN, List.of("run", "--dir", directory.toString()), logs, SERVES);
  }

  /** What people call it. */
  public String name() {
    return name;
  }

  /** Its directory. */
  public Path directory() {
    return directory;
  }

  /** Starts it; returns at once. */
  void start() {
    service.start();
  }

  /** Waits until it serves. */
  void awaitServing() {
    service.awaitReady(READY);
  }

  /** Whether its process lives. */
  public boolean running() {
    return service.running();
  }

  /** {@code kill -9}. */
  public void kill() {
    service.kill();
  }

  @Override
  public void close() {
    service.close();
  }
}
