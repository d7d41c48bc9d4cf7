package io.keymoor.disk.inplace;

import static io.keymoor.disk.TestDisk.KIB;
import static io.keymoor.disk.TestDisk.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.SimulatedDisk;
import io.keymoor.disk.luks2.Luks2Header;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The power fails while a small raw disk is converted, at every single write and sync there is, and
 * nothing is lost: what is resumed ends as the very bytes that it would have been without a
 * failure, what is rolled back as the very bytes that were there. {@link RandomCrashTest} does it
 * to larger ones.
 */
@Execution(ExecutionMode.CONCURRENT)
class CrashTest {
  /** More than the gap of 2 MiB, so that moved places are written over, and no whole stride. */
  private static final int SMALL = 2 * MIB + 700 * KIB + 512;

  @ParameterizedTest
  @EnumSource(RawKind.class)
  void afterAPowerFailureAtAnyWriteOrSyncTheDiskIsFinishedOrRolledBackWhole(RawKind kind) {
    Story story = kind.story(SMALL, 1);
    Random random = new Random(2);
    for (int point = 0; point <= story.after().eventCount(); point++) {
      for (SimulatedDisk.Loss loss : kind.losses()) {
        SimulatedDisk left = story.after().afterPowerFailure(point, loss, random);
        boolean finish = point % 2 == 0 ^ loss == SimulatedDisk.Loss.EVERYTHING;
        story.finishOrRollBack(left, finish, "after event " + point + ", losing " + loss);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"ENCRYPT_TO_LUKS2", "DECRYPT_LUKS2"})
  void afterAPowerFailureInARollBackTheDiskIsWholeToo(RawKind kind) {
    Story story = kind.story(SMALL, 3);
    SimulatedDisk forward = story.after();
    Random random = new Random(4);
    SimulatedDisk back =
        forward.afterPowerFailure(forward.eventCount() * 3 / 4, SimulatedDisk.Loss.SOME, random);
    story.work(back).rollBack(back);
    for (int point = 0; point <= back.eventCount(); point++) {
      SimulatedDisk left = back.afterPowerFailure(point, SimulatedDisk.Loss.SOME, random);
      story.finishOrRollBack(left, point % 2 == 0, "rolled back up to event " + point);
    }
  }

  /** Marker, header, boot record: half of one and half of the other. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"ENCRYPT_TO_LUKS2", "DECRYPT_LUKS2"})
  void aFirstSectorThatIsTornAtAnyByteIsRecognised(RawKind kind) {
    Story story = kind.story(SMALL, 6);
    List<Integer> writes = story.after().writesAtTheStart();
    assertThat(writes).hasSize(2);
    for (int write : writes) {
      for (int at = 1; at < 512; at += 51) {
        String where = "with write " + write + " torn at byte " + at;
        story.finish(story.after().afterTearing(write, at, true), where);
        story.rollBack(story.after().afterTearing(write, at, false), where);
      }
    }
  }

  /** Cryptsetup opens a container by its second header, and repairs the first. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = ".*LUKS2")
  void whileTheDiskMovesNoHeaderIsThereNotEvenTheSecond(RawKind kind) {
    SimulatedDisk disk = kind.story(SMALL, 9).after();
    List<Integer> atTheStart = disk.writesAtTheStart();
    for (int point = atTheStart.getFirst() + 3; point < atTheStart.getLast(); point++) {
      SimulatedDisk left = disk.afterPowerFailure(point, SimulatedDisk.Loss.NOTHING, new Random(0));
      assertThat(Marker.descriptorOffset(left)).isPresent();
      assertThatThrownBy(() -> Luks2Header.read(left))
          .as("after event " + point)
          .isInstanceOf(DiskException.DamagedImage.class);
    }
  }
}
