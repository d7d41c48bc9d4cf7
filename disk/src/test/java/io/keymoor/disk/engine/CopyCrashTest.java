package io.keymoor.disk.engine;

import static io.keymoor.disk.TestDisk.KIB;
import static io.keymoor.disk.TestDisk.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.disk.BlockSource;
import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.Machine;
import io.keymoor.disk.SeededRandom;
import io.keymoor.disk.SimulatedDisk;
import io.keymoor.disk.TestDisk;
import io.keymoor.disk.luks.RememberingMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The power fails while a disk is copied, at every write and sync there is: what was copied from is
 * what it was, and what is there of the copy is a container only once all of it is there.
 */
class CopyCrashTest {
  private static final Machine MACHINE = new RememberingMachine();
  private static final int SIZE = 2 * MIB + 700 * KIB;
  private static final int DRAWS = 8;

  @TempDir Path directory;

  /** What is made. A plain raw copy is left out: it has no header. */
  enum Kind {
    LUKS1(ContainerFormat.RAW, LuksVersion.LUKS1, true),
    LUKS2(ContainerFormat.RAW, LuksVersion.LUKS2, true),
    QCOW2(ContainerFormat.QCOW2, LuksVersion.LUKS1, false),
    ENCRYPTED_QCOW2(ContainerFormat.QCOW2, LuksVersion.LUKS1, true);

    private final ContainerFormat format;
    private final LuksVersion luks;
    private final boolean encrypted;

    Kind(ContainerFormat format, LuksVersion luks, boolean encrypted) {
      this.format = format;
      this.luks = luks;
      this.encrypted = encrypted;
    }

    DiskKey key() {
      return encrypted ? TestDisk.key() : DiskKey.NONE;
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void wheneverThePowerFailsTheSourceIsThereAndTheCopyIsNoDiskOrAWholeOne(Kind kind)
      throws IOException {
    Path source = TestDisk.full(directory.resolve("source"), SIZE, 1);
    byte[] content = Files.readAllBytes(source);
    SimulatedDisk copy = recorded(kind, source);
    assertThat(Files.readAllBytes(source)).isEqualTo(content);
    Random random = new Random(2);
    for (int point = 0; point <= copy.eventCount(); point++) {
      for (int draw = 0; draw < DRAWS; draw++) {
        SimulatedDisk left = copy.afterPowerFailure(point, loss(draw), random);
        boolean whole = isWhole(kind, left, content);
        if (point == copy.eventCount()) {
          assertThat(whole).as("%s at its end", kind).isTrue();
        }
      }
    }
  }

  private static SimulatedDisk.Loss loss(int draw) {
    return switch (draw) {
      case 0 -> SimulatedDisk.Loss.NOTHING;
      case 1 -> SimulatedDisk.Loss.EVERYTHING;
      default -> SimulatedDisk.Loss.SOME;
    };
  }

  /** What the engine writes, by all of its threads. */
  private SimulatedDisk recorded(Kind kind, Path source) {
    SimulatedDisk disk = new SimulatedDisk(new byte[0]);
    TargetOpener real = TargetOpener.real(new SeededRandom(3), MACHINE);
    TargetOpener simulated =
        (file, image, size) -> {
          file.close();
          return real.open(disk, image, size);
        };
    TargetImage target =
        new TargetImage(directory.resolve("target"), kind.format, kind.key(), kind.luks, 512);
    new DiskEngine(simulated, FileCare::usableSpace, MACHINE)
        .copy(
            new CopyRequest(new SourceImage(source, DiskKey.NONE), target, false),
            ProgressListener.SILENT,
            new CancelToken());
    return disk;
  }

  /** Whether it is a disk; then it is the right one. */
  private boolean isWhole(Kind kind, SimulatedDisk left, byte[] content) throws IOException {
    if (!startsAsContainer(left)) {
      return false;
    }
    Path file = Files.write(directory.resolve("left"), left.content());
    try (BlockSource opened = ImageOpener.open(new SourceImage(file, kind.key()), MACHINE)) {
      byte[] read = new byte[(int) opened.sizeBytes()];
      opened.read(0, read, 0, read.length);
      assertThat(Arrays.equals(read, content)).as("what %s opens as", kind).isTrue();
      return true;
    } catch (DiskException nothingThatOpens) {
      return false;
    }
  }

  private static boolean startsAsContainer(SimulatedDisk left) {
    try {
      return !(Detected.in(left, SourceFormat.DETECT) instanceof Detected.Plain);
    } catch (DiskException torn) {
      return false;
    }
  }
}
