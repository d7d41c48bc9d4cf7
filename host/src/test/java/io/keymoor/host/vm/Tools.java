package io.keymoor.host.vm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Other people's programs as oracles. A test that needs a missing one is skipped by name. */
final class Tools {
  private Tools() {}

  /** What a program did. */
  record Outcome(int exitCode, String output) {}

  static void require(String tool) {
    boolean present =
        Arrays.stream(System.getenv().getOrDefault("PATH", "/usr/bin:/usr/sbin").split(":"))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
    Assumptions.assumeTrue(present, "skipped: the program " + tool + " is not installed");
  }

  /** Runs a program that has to succeed and returns what it said. */
  static String run(Object... command) {
    Outcome outcome = tryRun(command);
    assertThat(outcome.exitCode())
        .as("%s said: %s", Arrays.toString(command), outcome.output())
        .isZero();
    return outcome.output();
  }

  /** Runs a program and says how it ended. */
  static Outcome tryRun(Object... command) {
    try {
      Path output = Files.createTempFile("tool", ".out");
      try {
        Process process =
            new ProcessBuilder(Arrays.stream(command).map(Object::toString).toList())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
          process.destroyForcibly();
          throw new IllegalStateException(command[0] + " did not end within five minutes");
        }
        return new Outcome(process.exitValue(), Files.readString(output, UTF_8));
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
