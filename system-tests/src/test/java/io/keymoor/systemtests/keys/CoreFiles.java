package io.keymoor.systemtests.keys;

import io.keymoor.hypervisor.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** What processes leave in their working directory when a signal ends them. */
final class CoreFiles {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private CoreFiles() {}

  /** Permits the process core files of any size, ends it, and answers what files are new. */
  static Set<Path> afterSignal(long pid, String signal) {
    Path directory = workingDirectory(pid);
    Set<Path> before = files(directory);
    String number = String.valueOf(pid);
    Program.of("prlimit", "--pid", number, "--core=unlimited:unlimited").output();
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    Program.of("kill", "-s", signal, number).output();
    awaitEnd(process);
    Set<Path> made = files(directory);
    made.removeAll(before);
    return made;
  }

  private static void awaitEnd(ProcessHandle process) {
    try {
      process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException lasting) {
      throw new IllegalStateException("process " + process.pid() + " does not end", lasting);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Path workingDirectory(long pid) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", String.valueOf(pid), "cwd"));
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  private static Set<Path> files(Path directory) {
    try (Stream<Path> all = Files.list(directory)) {
      return new HashSet<>(all.filter(Files::isRegularFile).toList());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
