package io.keymoor.hypervisor.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.hypervisor.HypervisorException.ProgramFailed;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramTest {
  @TempDir Path directory;

  @Test
  void noShellReadsTheArguments() {
    assertThat(Program.of("printf", "%s", "$(id); `id` > x").output()).isEqualTo("$(id); `id` > x");
  }

  @Test
  void theEnvironmentIsTheGivenOneOnly() {
    assertThat(Program.of("env").withVariable("COLOUR", "blue").output().lines())
        .containsExactlyInAnyOrder("PATH=" + Program.SEARCH_PATH, "LC_ALL=C.UTF-8", "COLOUR=blue");
  }

  @Test
  void aSecretGoesInThroughStandardInput() {
    try (SecretBytes secret = SecretBytes.takeOver("opensesame".getBytes(UTF_8))) {
      assertThat(Program.of("sha256sum").output(secret))
          .isEqualTo("d9fb92e3bbe65be1f1aad4a82eef4567f7a1ebe2cd110c8049b9698be7a70c88  -\n");
      assertThat(Program.of("cat").run(secret).output()).isEqualTo("opensesame");
      assertThat(secret.isClosed()).isFalse();
    }
  }

  @Test
  void moreOutputThanTheBoundIsReadAndDropped() {
    Program.Outcome outcome = Program.of("head", "-c", "9000000", "/dev/zero").run();

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output()).hasSize(Program.LARGEST_OUTPUT);
  }

  @Test
  void inputThatNobodyReadsIsNoFailure() {
    assertThat(Program.of("true").run(new byte[1_000_000]).exitCode()).isZero();
  }

  @Test
  void aFailureSaysWhatTheProgramSaid() {
    assertThatThrownBy(() -> Program.of("ls", "/does/not/exist").output())
        .isInstanceOf(ProgramFailed.class)
        .hasMessageContaining("ls failed: it ended with exit code 2")
        .hasMessageContaining("/does/not/exist");
  }

  @Test
  void aMissingProgramIsNamed() {
    assertThat(Program.find("no-such-program")).isEmpty();
    assertThatThrownBy(() -> Program.of("no-such-program"))
        .isInstanceOf(ProgramFailed.class)
        .hasMessageContaining("no-such-program failed: it is not installed");
  }

  @Test
  void oneThatOutlivesItsTimeIsKilled() {
    assertThatThrownBy(() -> Program.of("sleep", "600").within(Duration.ofMillis(50)).run())
        .isInstanceOf(ProgramFailed.class)
        .hasMessageContaining("did not end within");
  }

  @Test
  void aChildWritesItsLogAndNoticesTheEndOfItsInput() {
    ChildProcess child = ChildProcess.start(Program.of("cat", "-", "/nowhere"), logFile());

    assertThat(child.isAlive()).isTrue();
    child.endInput();
    assertThat(child.awaitExit(Duration.ofMinutes(1))).isTrue();
    assertThat(child.exitCode()).hasValue(1);
    assertThat(child.logTail()).contains("/nowhere");
  }

  @Test
  void aChildEndsWhenToldTo() {
    ChildProcess child = ChildProcess.start(Program.of("sleep", "600"), logFile());

    assertThat(ProcessHandle.of(child.pid())).isPresent();
    child.close();
    assertThat(child.isAlive()).isFalse();
    assertThat(child.exitCode()).hasValue(128 + 15);
  }

  private Path logFile() {
    return directory.resolve("log");
  }
}
