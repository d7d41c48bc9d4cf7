package io.keymoor.systemtests.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.cli.output.Terminal;
import io.keymoor.hypervisor.process.Program;
import io.keymoor.quickstart.QuickstartMain;
import io.keymoor.systemtests.testing.Lab;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code keymoor quickstart}, as a user runs it. */
class QuickstartTest {
  private static final int MIB = 1024 * 1024;

  private Path directory;

  /** What a run said. */
  private record Told(int exitCode, String output, String errors) {}

  QuickstartTest() {
    this.directory = shortDirectory();
  }

  @BeforeEach
  void requireTools() {
    Lab.requireTools();
  }

  @AfterEach
  void removeDirectory() {
    remove(directory);
  }

  private Told run(String... options) {
    List<String> all = new ArrayList<>(List.of("--exit", "--yes", "--dir", place().toString()));
    all.addAll(Arrays.asList(options));
    StringWriter output = new StringWriter();
    StringWriter errors = new StringWriter();
    Terminal terminal =
        Terminal.ofStreams(
            InputStream.nullInputStream(), new PrintWriter(output), new PrintWriter(errors));
    int exitCode = QuickstartMain.run(terminal, all.toArray(String[]::new));
    return new Told(exitCode, output.toString(), errors.toString());
  }

  private Path place() {
    return directory.resolve("q");
  }

  @Test
  void theWholeStoryIsToldAndNothingRemains() {
    Told told = run();
    assertThat(told.exitCode()).as(told.toString()).isZero();
    assertThat(told.output())
        .contains("25 of 25 steps done", "every one on real parts")
        .contains("[ 1/25]", "[25/25]")
        .doesNotContain("failed");
    assertThat(place()).doesNotExist();
  }

  @Test
  void aDiskMadeByOtherMeansIsUsedAsACopy() throws IOException {
    Path disk = foreignDisk();
    byte[] before = Files.readAllBytes(disk);
    Told told = run("--disk", disk.toString());
    assertThat(told.exitCode()).as(told.toString()).isZero();
    assertThat(told.output()).contains("25 of 25 steps done", "a copy of the disk " + disk);
    assertThat(Files.readAllBytes(disk)).isEqualTo(before);
  }

  /** 1 GiB, sparse, compressed clusters of 2 MiB, with random and with compressible data. */
  private Path foreignDisk() throws IOException {
    Path raw = directory.resolve("foreign.raw");
    byte[] random = new byte[3 * MIB];
    new Random(7).nextBytes(random);
    byte[] text =
        "All work and no play. "
            .repeat(200_000)
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    try (var file =
        Files.newByteChannel(raw, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      file.write(java.nio.ByteBuffer.wrap(random));
      file.position(500L * MIB + 12_345).write(java.nio.ByteBuffer.wrap(text));
      file.position(1024L * MIB - 1).write(java.nio.ByteBuffer.wrap(new byte[1]));
    }
    Path disk = directory.resolve("foreign.qcow2");
    Program.of("qemu-img", "convert", "-c", "-f", "raw", "-O", "qcow2", "-o", "cluster_size=2M")
        .with(raw.toString(), disk.toString())
        .output();
    Files.delete(raw);
    return disk;
  }

  @Test
  void aDirectoryWithFilesOfOthersIsLeftAsItIs() throws IOException {
    Files.createDirectory(place());
    Path theirs = Files.writeString(place().resolve("thesis.txt"), "two years of work");
    for (Told told : List.of(run(), run("--reset"))) {
      assertThat(told.exitCode()).isEqualTo(1);
      assertThat(told.errors()).contains("left as", "--dir");
      assertThat(theirs).hasContent("two years of work");
    }
  }

  @Test
  void aRunThatBrokeOffIsNotContinuedButCanBeResetInWords() throws IOException {
    Files.createDirectory(place());
    Files.writeString(place().resolve("keymoor-quickstart"), "begun\n");
    Told told = run();
    assertThat(told.exitCode()).isEqualTo(1);
    assertThat(told.errors()).contains("broke off", "--reset");
    assertThat(place().resolve("keymoor-quickstart")).hasContent("begun");
  }

  @Test
  void aDiskThatIsNotThereIsNamedBeforeAnythingStarts() {
    Told told = run("--disk", directory.resolve("no.qcow2").toString());
    assertThat(told.exitCode()).isEqualTo(1);
    assertThat(told.errors()).contains("no.qcow2", "Nothing was started");
    assertThat(place()).doesNotExist();
  }

  @Test
  void anotherNumberOfHostsThanThereIsAStoryOfIsRefusedBeforeAnythingStarts() {
    Told told = run("--hosts", "2");
    assertThat(told.exitCode()).isEqualTo(1);
    assertThat(told.errors()).contains("--hosts is 1 or 3", "Nothing was started");
    assertThat(place()).doesNotExist();
  }

  private static Path shortDirectory() {
    try {
      return Files.createTempDirectory("km").toRealPath();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void remove(Path root) {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
