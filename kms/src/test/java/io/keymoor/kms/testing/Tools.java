package io.keymoor.kms.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Other people's programs. A test that needs a missing one is skipped by name. */
public final class Tools {
  private Tools() {}

  public static void require(String tool) {
    boolean present =
        Arrays.stream(System.getenv().getOrDefault("PATH", "/usr/bin:/usr/sbin").split(":"))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
    Assumptions.assumeTrue(present, "skipped: the program " + tool + " is not installed");
  }

  /** Runs a program that has to succeed and returns what it said. */
  public static String run(Map<String, String> environment, Object... command) {
    List<String> words = Arrays.stream(command).map(Object::toString).toList();
    try {
      Path output = Files.createTempFile("tool", ".out");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
          process.destroyForcibly();
          throw new IllegalStateException(words + " did not end within two minutes");
        }
        String said = Files.readString(output, UTF_8);
        assertThat(process.exitValue()).as("%s said: %s", words, said).isZero();
        return said;
      } finally {
        Files.delete(output);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopping);
    }
  }
}
