package io.keymoor.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real QEMU on the other side of the locks. */
class QemuLocksTest {
  @TempDir Path directory;
  private Path image = Path.of("");

  @BeforeEach
  void anImage() throws IOException {
    Tools.require("qemu-io");
    image = TestDisk.full(directory.resolve("disk.raw"), 64 * 1024, 1);
  }

  @Test
  void anImageThatQemuWritesToIsNeitherReadNorChanged() throws Exception {
    try (RunningQemu qemu = new RunningQemu(image)) {
      assertThatThrownBy(() -> ImageFile.openToRead(image))
          .isInstanceOf(DiskException.DiskInUse.class)
          .hasMessageContaining("in use by a running VM. Power it off first");
      assertThatThrownBy(() -> ImageFile.openToChange(image))
          .isInstanceOf(DiskException.DiskInUse.class);
      ImageFile.openToLook(image).close();
      assertThat(qemu.answers("read 0 512")).contains("512/512 bytes");
    }
    ImageFile.openToChange(image).close();
  }

  @Test
  void anImageThatQemuOnlyReadsIsReadButNotChanged() throws Exception {
    try (RunningQemu qemu = new RunningQemu(image, "-r")) {
      ImageFile.openToRead(image).close();
      assertThatThrownBy(() -> ImageFile.openToChange(image))
          .isInstanceOf(DiskException.DiskInUse.class);
      assertThat(qemu.answers("read 0 512")).contains("512/512 bytes");
    }
  }

  @Test
  void qemuDoesNotWriteToAnImageThatIsReadHereNorOpenOneThatIsChanged() {
    try (ImageFile reading = ImageFile.openToRead(image)) {
      assertThat(qemuWrites()).contains("Failed to get \"write\" lock");
      assertThat(qemuReads()).contains("512/512 bytes");
      assertThat(reading.length()).isEqualTo(64 * 1024);
    }
    assertThat(qemuWrites()).contains("512/512 bytes");
    try (ImageFile changing = ImageFile.openToChange(image)) {
      assertThat(qemuReads()).contains("lock");
      assertThat(changing.length()).isEqualTo(64 * 1024);
    }
    assertThat(qemuReads()).contains("512/512 bytes");
  }

  /** The first close of any descriptor of a file drops a process's locks on it. */
  @Test
  void aGlanceAtAnImageThatIsBeingChangedDoesNotDropItsLocks() {
    try (ImageFile changing = ImageFile.openToChange(image)) {
      ImageFile.openToLook(image).close();
      assertThat(qemuReads()).contains("lock");
      assertThat(changing.length()).isEqualTo(64 * 1024);
    }
  }

  @Test
  void operationsOfOneProcessShareReadingAndNothingElse() {
    ImageFile first = ImageFile.openToRead(image);
    ImageFile second = ImageFile.openToRead(image);
    assertThatThrownBy(() -> ImageFile.openToChange(image))
        .isInstanceOf(DiskException.DiskInUse.class)
        .hasMessageContaining("another operation of this host");
    first.close();
    first.close();
    assertThatThrownBy(() -> ImageFile.openToChange(image))
        .isInstanceOf(DiskException.DiskInUse.class);
    assertThat(qemuWrites()).contains("Failed to get \"write\" lock");
    second.close();
    try (ImageFile changing = ImageFile.openToChange(image)) {
      assertThatThrownBy(() -> ImageFile.openToRead(image))
          .isInstanceOf(DiskException.DiskInUse.class);
      assertThat(changing.name()).isEqualTo(image.toString());
    }
  }

  private String qemuWrites() {
    return Tools.tryRun("qemu-io", "-f", "raw", "-c", "write -P 1 0 512", image).output();
  }

  private String qemuReads() {
    return Tools.tryRun("qemu-io", "-r", "-f", "raw", "-c", "read 0 512", image).output();
  }

  /** A QEMU that has an image open until it is closed. */
  private static final class RunningQemu implements AutoCloseable {
    private final Process process;

    RunningQemu(Path image, String... options) throws IOException {
      List<String> command = new ArrayList<>(List.of("qemu-io", "-f", "raw"));
      command.addAll(List.of(options));
      command.add(image.toString());
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
      assertThat(answers("length")).contains("64 KiB");
    }

    /** What it prints up to the prompt of the next command; so it has opened the image before. */
    String answers(String command) throws IOException {
      process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      StringBuilder answer = new StringBuilder();
      while (!answer.toString().strip().endsWith("qemu-io>")
          || answer.toString().strip().length() < 12) {
        int next = process.getInputStream().read();
        if (next < 0) {
          break;
        }
        answer.append((char) next);
      }
      return answer.toString();
    }

    @Override
    public void close() throws IOException {
      process.getOutputStream().close();
      process.onExit().orTimeout(2, TimeUnit.MINUTES).join();
    }
  }
}
