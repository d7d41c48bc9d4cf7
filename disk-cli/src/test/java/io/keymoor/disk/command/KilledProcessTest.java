package io.keymoor.disk.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keymoor.disk.inplace.InPlaceEngine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code keymoor disk} is killed with SIGKILL in the middle of its work, at moments that differ
 * from run to run, and the disk is what it was. {@code -Dkeymoor.kills=100} kills each conversion a
 * hundred times instead of once.
 */
class KilledProcessTest {
  private static final int KILLS = Integer.getInteger("keymoor.kills", 1);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int SIZE = 12 * 1024 * 1024 + 512;

  private final Random random = new Random();

  @TempDir Path directory;
  private Path disk = Path.of("");
  private Path before = Path.of("");
  private String key = "";
  private String otherKey = "";

  @BeforeEach
  void aDiskAndKeys() throws IOException {
    byte[] content = new byte[SIZE];
    new Random(1).nextBytes(content);
    before = Files.write(directory.resolve("before"), content);
    disk = Files.copy(before, directory.resolve("disk.img"));
    key = Files.writeString(directory.resolve("key"), "0".repeat(64)).toString();
    otherKey = Files.writeString(directory.resolve("other"), "1".repeat(64)).toString();
  }

  /** What is being done when the process dies. */
  enum Kind {
    RAW_ENCRYPTION,
    LUKS2_REENCRYPTION,
    QCOW2_ENCRYPTION,
    QCOW2_REENCRYPTION;

    boolean isOfClear() {
      return this == RAW_ENCRYPTION || this == QCOW2_ENCRYPTION;
    }
  }

  private void prepare(Kind kind) throws IOException {
    switch (kind) {
      case RAW_ENCRYPTION -> {}
      case LUKS2_REENCRYPTION -> copyTo("--luks", "2");
      case QCOW2_ENCRYPTION -> {
        copyTo("--format", "qcow2");
        succeeds("decrypt", disk.toString(), "--in-place", "--key-file", key);
      }
      case QCOW2_REENCRYPTION -> copyTo("--format", "qcow2");
    }
  }

  private void copyTo(String option, String value) throws IOException {
    Files.delete(disk);
    succeeds(
        "encrypt",
        before.toString(),
        "--to",
        disk.toString(),
        option,
        value,
        "--new-key-file",
        key,
        "--new-key-is-random");
  }

  private String[] conversion(Kind kind) {
    String file = disk.toString();
    return kind.isOfClear()
        ? new String[] {
          "encrypt", file, "--in-place", "--new-key-file", otherKey, "--new-key-is-random"
        }
        : new String[] {
          "reencrypt",
          file,
          "--in-place",
          "--key-file",
          key,
          "--new-key-file",
          otherKey,
          "--new-key-is-random"
        };
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aConversionIsResumedWhereverItsProcessWasKilled(Kind kind) throws Exception {
    prepare(kind);
    boolean finished = false;
    for (int kill = 0; kill < KILLS && !finished; kill++) {
      finished = killInMidWork(conversion(kind));
    }
    if (!finished) {
      succeeds(conversion(kind));
    }
    holdsTheSame(otherKey);
  }

  @ParameterizedTest
  @EnumSource(names = {"RAW_ENCRYPTION", "QCOW2_REENCRYPTION"})
  void aConversionIsRolledBackWhereverItsProcessWasKilled(Kind kind) throws Exception {
    prepare(kind);
    boolean finished = killInMidWork(conversion(kind));
    if (InPlaceEngine.isUnfinished(disk)) {
      succeeds(
          kind.isOfClear()
              ? new String[] {"rollback", disk.toString(), "--new-key-file", otherKey}
              : new String[] {
                "rollback", disk.toString(), "--key-file", key, "--new-key-file", otherKey
              });
    }
    holdsTheSame(finished ? otherKey : kind.isOfClear() ? "" : key);
  }

  @Test
  void aKilledCopyLeavesItsSourceAndATargetThatIsWholeOrOpensForNobody() throws Exception {
    Path target = directory.resolve("target");
    String[] copy = {
      "encrypt",
      disk.toString(),
      "--to",
      target.toString(),
      "--format",
      "raw",
      "--new-key-file",
      key,
      "--new-key-is-random"
    };
    Process process = start(copy);
    await().atMost(PATIENCE).until(() -> Files.exists(target) || !process.isAlive());
    boolean killed = !process.waitFor(random.nextInt(300), TimeUnit.MILLISECONDS);
    process.destroyForcibly().waitFor();
    assertThat(disk).hasSameBinaryContentAs(before);
    if (run("verify", target.toString(), "--key-file", key) == 0) {
      disk = target;
      holdsTheSame(key);
      return;
    }
    assertThat(killed).isTrue();
    assertThat(run(copy)).as("an existing target is never overwritten").isNotZero();
    Files.delete(target);
    succeeds(copy);
    succeeds("verify", target.toString(), "--key-file", key);
  }

  /** True when it was faster than the kill. */
  private boolean killInMidWork(String... command) throws Exception {
    Process process = start(command);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> InPlaceEngine.isUnfinished(disk) || !process.isAlive());
    boolean finished = process.waitFor(random.nextInt(700), TimeUnit.MILLISECONDS);
    process.destroyForcibly().waitFor();
    if (finished) {
      assertThat(process.exitValue()).as(Files.readString(said(), UTF_8)).isZero();
    }
    return finished || isConverted();
  }

  /** A process may have done all of its work when it is killed. */
  private boolean isConverted() {
    return !InPlaceEngine.isUnfinished(disk)
        && run("verify", disk.toString(), "--key-file", otherKey) == 0;
  }

  /** Slow enough to be caught. */
  private Process start(String... command) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                DiskMain.class.getName()));
    all.addAll(List.of(command));
    all.addAll(List.of("--limit", "14M"));
    return new ProcessBuilder(all)
        .redirectErrorStream(true)
        .redirectOutput(said().toFile())
        .start();
  }

  private Path said() {
    return directory.resolve("said");
  }

  private void holdsTheSame(String keyFile) throws IOException {
    if (keyFile.isEmpty()) {
      assertThat(disk).hasSameBinaryContentAs(before);
      return;
    }
    Path clear = directory.resolve("clear");
    succeeds(
        "decrypt",
        disk.toString(),
        "--to",
        clear.toString(),
        "--format",
        "raw",
        "--key-file",
        keyFile);
    assertThat(clear).hasSameBinaryContentAs(before);
  }

  private static void succeeds(String... arguments) {
    StringWriter err = new StringWriter();
    assertThat(run(err, arguments)).as(() -> err.toString()).isZero();
  }

  private static int run(String... arguments) {
    return run(new StringWriter(), arguments);
  }

  private static int run(StringWriter err, String... arguments) {
    return DiskMain.run(
        new ByteArrayInputStream(new byte[0]),
        new PrintWriter(new StringWriter(), true),
        new PrintWriter(err, true),
        arguments);
  }
}
