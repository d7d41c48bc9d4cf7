package io.keymoor.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.host.holder.KeyHolder;
import io.keymoor.hypervisor.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A JVM of ours that crashes leaves no copy of its memory: no core file, no hs_err, no heap. */
class CrashReportTest {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern QUIET = Pattern.compile("quiet_flags='([^']*)'");

  @TempDir Path path;

  private static String text(String file) {
    try {
      return Files.readString(HOME.resolve(file));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static List<String> quietFlags(String launcher) {
    Matcher found = QUIET.matcher(text(launcher));
    assertThat(found.find()).as("quiet_flags of %s", launcher).isTrue();
    return List.of(found.group(1).strip().split("\\s+"));
  }

  private static String java() {
    return ProcessHandle.current().info().command().orElse("java");
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> all = Files.list(path)) {
      return all.filter(file -> !file.getFileName().toString().startsWith("said")).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"keymoor", "packaging/bin/keymoor"})
  void asTheLaunchersStartThem(String launcher) throws Exception {
    List<String> flags = quietFlags(launcher);
    assertThat(text(launcher).lines().filter(line -> line.matches("(cli|disk|service)_flags=.*")))
        .hasSize(3)
        .allMatch(line -> line.contains("=\"$quiet_flags "));
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(flags);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            KeyHolder.class.getName(),
            Files.createDirectory(
                    path.resolve("said-holder"),
                    PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rwx------")))
                .toString()));
    assertNothingLeftBy(command);
  }

  @Test
  void asThePackageStartsTheKeyHolder() {
    assertThat(text("packaging/bin/key-holder"))
        .contains(quietFlags("packaging/bin/keymoor").toArray(String[]::new));
    assertThat(text("host/src/main/java/io/keymoor/host/holder/HolderProcess.java"))
        .contains(quietFlags("packaging/bin/keymoor").toArray(String[]::new));
  }

  private void assertNothingLeftBy(List<String> command) throws Exception {
    Path said = path.resolve("said");
    Process process =
        new ProcessBuilder(command)
            .directory(path.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      org.awaitility.Awaitility.await()
          .atMost(java.time.Duration.ofMinutes(1))
          .until(() -> Files.exists(KeyHolder.socket(path.resolve("said-holder"))));
      Program.of("kill", "-SEGV", String.valueOf(process.pid())).output();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(Files.readString(said, UTF_8))
        .as("what happened is said")
        .contains("A fatal error has been detected", "SIGSEGV")
        .doesNotContain("Register to memory mapping", "Top of Stack", "rsp=", "RSP=");
    assertThat(left()).isEmpty();
    assertThat(Path.of("/tmp/hs_err_pid" + process.pid() + ".log")).doesNotExist();
  }
}
