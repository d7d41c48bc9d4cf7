package io.keymoor.systemtests.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends what a killed manager leaves to its next start, when there is none. */
public final class LeftOver {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private LeftOver() {}

  public static void endPostgres(Path data) {
    running(data)
        .ifPresent(process -> {
          process.destroyForcibly();
          awaitEnd(process);
        });
  }

  /** The number in the file may be somebody else's by now. */
  private static Optional<ProcessHandle> running(Path data) {
    try {
      long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst());
      String command = Files.readString(Path.of("/proc", String.valueOf(pid), "cmdline"));
      return command.contains(data.toString()) ? ProcessHandle.of(pid) : Optional.empty();
    } catch (IOException none) {
      return Optional.empty();
    }
  }

  private static void awaitEnd(ProcessHandle process) {
    try {
      process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException lasting) {
      throw new IllegalStateException("PostgreSQL " + process.pid() + " does not end", lasting);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
