package io.keymoor.quickstart.scene;

import io.keymoor.hypervisor.process.ChildProcess;
import io.keymoor.hypervisor.process.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * One of the product's services in a Java process of its own, on this process's class path. Its log
 * grows over restarts. Not thread-safe.
 */
public final class JavaService implements AutoCloseable {
  private static final Duration STOP = Duration.ofMinutes(1);
  private static final Pattern SAYS_READY = Pattern.compile("\\bready\\b");
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final String name;
  private final String main;
  private final List<String> arguments;
  private final Path log;
  private final Pattern ready;
  private final Map<String, String> properties = new LinkedHashMap<>();
  private Optional<ChildProcess> process = Optional.empty();
  private long logStart;

  JavaService(String name, String main, List<String> arguments, Path logs) {
    this(name, main, arguments, logs, SAYS_READY);
  }

  /**
   * One that says in words of its own when it is ready.
   *
   * @param ready found in the line in which it does
   */
  JavaService(String name, String main, List<String> arguments, Path logs, Pattern ready) {
    this.ready = ready;
    this.name = name;
    this.main = main;
    this.arguments = List.copyOf(arguments);
    this.log = logs.resolve(name + ".log");
  }

  /** Sets a system property for the next {@link #start}; tests name crash points so. */
  public void property(String property, String value) {
    properties.put(property, value);
  }

  /** Forgets what {@link #property} set. */
  public void withoutProperties() {
    properties.clear();
  }

  /** Where what it says is written. */
  public Path log() {
    return log;
  }

  /** Runs the same program with other arguments to its end; it has to succeed. */
  String runOnce(List<String> other) {
    return program(other).within(Duration.ofMinutes(2)).output();
  }

  /** Starts it; returns at once. */
  public void start() {
    requireStopped();
    logStart = logLength();
    process = Optional.of(ChildProcess.start(program(arguments), log));
  }

  /** Waits until it has said that it is ready, usually in a line with the word "ready". */
  public void awaitReady(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!saidReady()) {
      if (!running()) {
        throw new StoryFailed("The " + name + " ended instead of starting: " + lastWords());
      }
      if (System.nanoTime() > deadline) {
        throw new StoryFailed(
            "The "
                + name
                + " was not ready within "
                + patience.toSeconds()
                + " s; it said: "
                + lastWords());
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  /** Whether its process lives. */
  public boolean running() {
    return process.map(ChildProcess::isAlive).orElse(false);
  }

  /** Its process's number; 0 when it never ran. */
  public long pid() {
    return process.map(ChildProcess::pid).orElse(0L);
  }

  /** Its exit code; absent while it lives and when it never ran. */
  public OptionalInt exitCode() {
    return process.map(ChildProcess::exitCode).orElse(OptionalInt.empty());
  }

  /** Waits for it to end by itself; false when it lives on. */
  public boolean awaitExit(Duration patience) {
    return process.map(child -> child.awaitExit(patience)).orElse(true);
  }

  /** Asks it to end and waits. */
  public void stop() {
    process.ifPresent(child -> child.terminate(STOP));
  }

  /** {@code kill -9}. */
  public void kill() {
    process.ifPresent(ChildProcess::kill);
  }

  @Override
  public void close() {
    stop();
  }

  private void requireStopped() {
    if (running()) {
      throw new IllegalStateException("the " + name + " runs already");
    }
  }

  private boolean saidReady() {
    return saidSince(logStart).lines().anyMatch(line -> ready.matcher(line).find());
  }

  private String lastWords() {
    String said = saidSince(logStart).strip();
    return said.length() <= 1500 ? said : "…" + said.substring(said.length() - 1500);
  }

  private String saidSince(long from) {
    try {
      byte[] all = Files.readAllBytes(log);
      int start = (int) Math.min(from, all.length);
      return new String(all, start, all.length - start, StandardCharsets.UTF_8);
    } catch (IOException notYet) {
      return "";
    }
  }

  private long logLength() {
    try {
      return Files.exists(log) ? Files.size(log) : 0;
    } catch (IOException unreadable) {
      return 0;
    }
  }

  private Program program(List<String> programArguments) {
    List<String> all =
        new ArrayList<>(
            List.of(
                // As the launchers have it: no copy of its memory is left.
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=/dev/null",
                "-XX:-DumpReplayDataOnError",
                "-XX:-HeapDumpOnOutOfMemoryError",
                "-XX:+DisableAttachMechanism",
                // Small and short-lived here: what starts sooner is better than what runs faster.
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED"));
    properties.forEach((key, value) -> all.add("-D" + key + "=" + value));
    all.addAll(List.of("-cp", System.getProperty("java.class.path", ""), main));
    all.addAll(programArguments);
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Program program =
        new Program(
            java,
            all,
            Optional.empty(),
            Map.of("PATH", Program.SEARCH_PATH, "LC_ALL", "C.UTF-8"),
            Duration.ofMinutes(2));
    String home = System.getenv().getOrDefault("HOME", "");
    return home.isEmpty() ? program : program.withVariable("HOME", home);
  }
}
