package io.keymoor.disk.inplace;

import static io.keymoor.disk.TestDisk.KIB;
import static io.keymoor.disk.TestDisk.MIB;

import io.keymoor.disk.SimulatedDisk;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The power fails at a thousand random points in conversions of larger disks, raw and qcow2, often
 * once more in what mends them, and nothing is lost.
 *
 * <p>The conversion is played twice, in order and by threads, and remembered; a point is looked at
 * by leaving out or tearing what was not synced, and only what comes then is played for it. {@code
 * -Dkeymoor.crash.points=10000} takes more points than a thousand, {@code -Dkeymoor.crash.seed=2}
 * others. A failure names what to look at again.
 */
@Execution(ExecutionMode.CONCURRENT)
class RandomCrashTest {
  private static final int POINTS = Integer.getInteger("keymoor.crash.points", 1000);
  private static final long SEED = Long.getLong("keymoor.crash.seed", 1);
  private static final int RAW = 6 * MIB + 100 * KIB + 1536;
  private static final int CLUSTERS = 48;
  private static final int KINDS = RawKind.values().length + Qcow2Kind.values().length;

  @ParameterizedTest
  @EnumSource(RawKind.class)
  void aRawDiskIsFinishedOrRolledBackWholeWhereverThePowerFails(RawKind kind) {
    play(kind.story(RAW, SEED));
  }

  @ParameterizedTest
  @EnumSource(Qcow2Kind.class)
  void aQcow2ImageIsFinishedOrRolledBackWholeWhereverThePowerFails(Qcow2Kind kind) {
    play(kind.largeStory(CLUSTERS, SEED));
  }

  @ParameterizedTest
  @EnumSource(Qcow2Kind.class)
  void aFragmentedQcow2ImageWithSnapshotsIsWholeAfterPowerFailuresInARow(Qcow2Kind kind) {
    play(kind.story());
  }

  /** Takes its share of the points. */
  private static void play(Story story) {
    List<SimulatedDisk> recordings = List.of(story.after(), story.playedByThreads());
    for (int i = 0; i * KINDS < POINTS; i++) {
      long seed = SEED * 1_000_000 + i;
      Random random = new Random(seed);
      SimulatedDisk left = failing(recordings.get(i % recordings.size()), random);
      while (random.nextInt(4) == 0) {
        story.goOn(left, random);
        left = failing(left, random);
      }
      story.finishOrRollBack(left, random.nextBoolean(), "with seed " + seed);
    }
  }

  private static SimulatedDisk failing(SimulatedDisk disk, Random random) {
    int point = random.nextInt(disk.eventCount() + 1);
    SimulatedDisk.Loss[] losses = SimulatedDisk.Loss.values();
    SimulatedDisk.Loss loss =
        random.nextInt(4) > 0 ? SimulatedDisk.Loss.SOME : losses[random.nextInt(losses.length)];
    return disk.afterPowerFailure(point, loss, random);
  }
}
