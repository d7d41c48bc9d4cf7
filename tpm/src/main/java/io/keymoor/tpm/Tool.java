package io.keymoor.tpm;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One run of one of the tpm2-tools.
 *
 * <p>Guarantees: found in the system's directories, started without a shell and with an environment
 * of two variables; secrets go through pipes only, since arguments are readable by others; its
 * output is bounded; it is killed when it takes longer than a minute.
 */
final class Tool {
  private static final List<Path> PLACES =
      List.of(Path.of("/usr/local/bin"), Path.of("/usr/bin"), Path.of("/bin"));
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** As large as a pipe's buffer in the JDK, which is then passed by and keeps no copy. */
  private static final int MOST_OUTPUT = 16 * 1024;

  private final String tcti;
  private final SealCondition condition;
  private final String name;
  private final List<String> arguments;

  /** A tool at the TPM of this address; its complaints are about this condition. */
  Tool(String tcti, SealCondition condition, String name, List<String> arguments) {
    this.tcti = tcti;
    this.condition = condition;
    this.name = name;
    this.arguments = List.copyOf(arguments);
  }

  /** How it ended; {@code output} is the reader's to zero. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Ended(int exitCode, byte[] output, String errors) {}

  /** Whether the tools are there. */
  static boolean areInstalled() {
    return PLACES.stream().anyMatch(place -> Files.isExecutable(place.resolve("tpm2_unseal")));
  }

  /** Runs it; it has to succeed. */
  void run() {
    succeeded(start(new byte[0]));
  }

  /** Runs it with the secret as its input. */
  void run(SecretBytes input) {
    succeeded(ClearBytes.<Ended, RuntimeException>read(input, this::start));
  }

  /** Runs it; its output is a secret. */
  SecretBytes secretOutput() {
    Ended ended = start(new byte[0]);
    SecretBytes output = SecretBytes.takeOver(ended.output());
    if (ended.exitCode() != 0) {
      output.close();
    }
    succeeded(ended);
    return output;
  }

  /** Runs it; its output is no secret. */
  String text() {
    Ended ended = start(new byte[0]);
    succeeded(ended);
    return new String(ended.output(), UTF_8);
  }

  private void succeeded(Ended ended) {
    if (ended.exitCode() != 0) {
      throw ToolComplaint.of(name, tcti, condition, ended.errors());
    }
  }

  private Ended start(byte[] input) {
    Process process = process();
    try (OutputStream stdin = process.getOutputStream()) {
      FutureTask<byte[]> output = reader(process.getInputStream());
      FutureTask<byte[]> errors = reader(process.getErrorStream());
      FutureTask<Boolean> writer = writer(stdin, input);
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new TpmException.Failed(name, "it did not end within a minute");
      }
      writer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return new Ended(
          process.exitValue(),
          output.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS),
          new String(errors.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS), UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TpmException.Failed(name, "it was interrupted", e);
    } catch (IOException | ExecutionException | TimeoutException e) {
      throw new TpmException.Failed(name, "its output could not be read", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private Process process() {
    Path file =
        PLACES.stream()
            .map(place -> place.resolve(name))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> new TpmException.ToolsMissing(name));
    List<String> command = new ArrayList<>();
    command.add(file.toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(Map.of("TPM2TOOLS_TCTI", tcti, "LC_ALL", "C.UTF-8"));
    try {
      return builder.start();
    } catch (IOException e) {
      throw new TpmException.Failed(name, "it could not be started", e);
    }
  }

  private static FutureTask<byte[]> reader(InputStream stream) {
    FutureTask<byte[]> task =
        new FutureTask<>(() -> {
          byte[] buffer = new byte[MOST_OUTPUT];
          try (stream) {
            int filled = 0;
            int count = 0;
            while (count >= 0 && filled < MOST_OUTPUT) {
              filled += count;
              count = stream.read(buffer, filled, MOST_OUTPUT - filled);
            }
            stream.transferTo(OutputStream.nullOutputStream());
            return Arrays.copyOf(buffer, filled);
          } finally {
            Arrays.fill(buffer, (byte) 0);
          }
        });
    Thread.ofVirtual().start(task);
    return task;
  }

  private static FutureTask<Boolean> writer(OutputStream stdin, byte[] input) {
    FutureTask<Boolean> task =
        new FutureTask<>(() -> {
          try (stdin) {
            stdin.write(input);
            return true;
          } catch (IOException e) {
            // It ended without reading all: its exit code says more.
            return false;
          }
        });
    Thread.ofVirtual().start(task);
    return task;
  }
}
