package io.keymoor.systemtests.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes down arguments and environment of every process of this machine that it sees, many times a
 * second, so that programs which live for a moment are seen too. Thread-safe.
 */
final class ProcessWitness implements AutoCloseable {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(15);

  private final Map<String, Set<String>> seen = new TreeMap<>();
  private final Map<String, byte[]> contents = new TreeMap<>();
  private final Thread thread;
  private volatile boolean ended;

  ProcessWitness() {
    this.thread = Thread.ofPlatform().name("process-witness").daemon().start(this::watch);
  }

  private void watch() {
    while (!ended) {
      lookAround();
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  /** Looks at all processes there are now. */
  synchronized void lookAround() {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      all.forEach(this::note);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private void note(Path process) {
    try {
      byte[] command = Files.readAllBytes(process.resolve("cmdline"));
      String program =
          process.getFileName() + " " + new String(command, UTF_8).replace('\0', ' ').strip();
      if (seen.computeIfAbsent(process.toString(), key -> new TreeSet<>()).add(program)) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(command);
        both.write(0);
        both.writeBytes(Files.readAllBytes(process.resolve("environ")));
        contents.put(program, both.toByteArray());
      }
    } catch (IOException gone) {
      // It ended meanwhile.
    }
  }

  /** Has {@code search} look at everything that was written down. */
  synchronized void showTo(NeedleSearch search) {
    contents.forEach((program, bytes) -> search.look("process " + start(program), bytes));
  }

  private static String start(String program) {
    return program.length() <= 200 ? program : program.substring(0, 200);
  }

  /** Whether a process whose arguments have {@code text} was seen. */
  synchronized boolean saw(String text) {
    return contents.keySet().stream().anyMatch(program -> program.contains(text));
  }

  @Override
  public void close() {
    ended = true;
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
