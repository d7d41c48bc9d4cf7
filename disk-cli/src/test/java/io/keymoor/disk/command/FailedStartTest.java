package io.keymoor.disk.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process ends when it fails before any command begins, though its hook waits for commands. */
class FailedStartTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** What picocli needs to set up any command at all, and nothing needs before. */
  private static final String NEEDED = "picocli/CommandLine$AutoHelpMixin.class";

  @Test
  void aProcessThatCannotSetUpItsCommandsEnds(@TempDir Path directory) throws Exception {
    Path broken = directory.resolve(NEEDED);
    Files.createDirectories(broken.getParent());
    Files.write(broken, new byte[4]);
    Path said = directory.resolve("said");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                directory + File.pathSeparator + System.getProperty("java.class.path"),
                DiskMain.class.getName(),
                "inspect",
                directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertThat(process.waitFor(PATIENCE)).as("it ended").isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
      assertThat(said).content().contains("ClassFormatError").contains("DiskMain.main");
    } finally {
      process.destroyForcibly();
    }
  }
}
