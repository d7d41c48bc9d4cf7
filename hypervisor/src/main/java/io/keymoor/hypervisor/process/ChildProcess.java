package io.keymoor.hypervisor.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.hypervisor.HypervisorException.ProgramFailed;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * A program that stays: a daemon of a test host, a stored TPM.
 *
 * <p>Its standard input is a pipe that ends when this process ends or {@link #endInput} is called,
 * so that it can notice both; what it says goes to the end of a log file. Signals go to the process
 * that was started and never, by a reused number, to another. Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int LOG_TAIL_BYTES = 2000;

  private final Program program;
  private final Process process;
  private final Path log;

  private ChildProcess(Program program, Process process, Path log) {
    this.program = program;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts it. The program's time-out has no meaning here.
   *
   * @param log where both its outputs go; made when missing
   */
  public static ChildProcess start(Program program, Path log) {
    try {
      Process process =
          program
              .builder()
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(log.toFile()))
              .start();
      return new ChildProcess(program, process, log);
    } catch (IOException e) {
      throw new ProgramFailed(program.name(), "it could not be started: " + e.getMessage(), e);
    }
  }

  /** Its number in the system. */
  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its exit code; absent while it lives. */
  public OptionalInt exitCode() {
    return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
  }

  /** The end of its log, for messages. */
  public String logTail() {
    try {
      byte[] all = Files.readAllBytes(log);
      int from = Math.max(0, all.length - LOG_TAIL_BYTES);
      return new String(all, from, all.length - from, UTF_8).strip();
    } catch (IOException e) {
      return "";
    }
  }

  /** Ends its standard input. */
  public void endInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new ProgramFailed(program.name(), "its input could not be ended", e);
    }
  }

  /** Waits for its end; false when it lives on. */
  public boolean awaitExit(Duration patience) {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProgramFailed(program.name(), "waiting for its end was interrupted", e);
    }
  }

  /** Asks it to end (SIGTERM), waits, and kills it when it does not. */
  public void terminate(Duration patience) {
    process.destroy();
    if (!awaitExit(patience)) {
      kill();
    }
  }

  /** Kills it (SIGKILL) and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(PATIENCE);
  }

  /** {@link #terminate} with a patience of ten seconds. */
  @Override
  public void close() {
    terminate(PATIENCE);
  }
}
