package io.keymoor.disk.inplace;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.disk.SimulatedDisk;
import io.keymoor.disk.qcow2.HeaderRewrite;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** As {@link CrashTest}, while a qcow2 image is converted. */
@Execution(ExecutionMode.CONCURRENT)
class OverwriteCrashTest {
  @ParameterizedTest
  @EnumSource(Qcow2Kind.class)
  void afterAPowerFailureAtAnyWriteOrSyncTheImageIsFinishedOrRolledBackWhole(Qcow2Kind kind) {
    Story story = kind.story();
    Random random = new Random(2);
    for (int point = 0; point <= story.after().eventCount(); point++) {
      for (SimulatedDisk.Loss loss : SimulatedDisk.Loss.values()) {
        SimulatedDisk left = story.after().afterPowerFailure(point, loss, random);
        boolean finish = point % 2 == 0 ^ loss == SimulatedDisk.Loss.EVERYTHING;
        story.finishOrRollBack(left, finish, "after event " + point + ", losing " + loss);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Qcow2Kind.class)
  void afterAPowerFailureInARollBackTheImageIsWholeToo(Qcow2Kind kind) {
    Story story = kind.story();
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

  @ParameterizedTest
  @EnumSource(Qcow2Kind.class)
  void aFirstSectorThatIsTornAtAnyByteIsRecognised(Qcow2Kind kind) {
    Story story = kind.story();
    List<Integer> writes = story.after().writesAtTheStart();
    assertThat(writes).hasSize(2);
    for (int write : writes) {
      for (int at = 1; at < HeaderRewrite.MARKER_BYTES; at += 37) {
        String where = "with write " + write + " torn at byte " + at;
        story.finish(story.after().afterTearing(write, at, true), where);
        story.rollBack(story.after().afterTearing(write, at, false), where);
      }
    }
  }
}
