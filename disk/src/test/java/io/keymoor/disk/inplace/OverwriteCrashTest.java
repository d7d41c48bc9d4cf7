package io.keymoor.disk.inplace;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.Machine;
import io.keymoor.disk.SeededRandom;
import io.keymoor.disk.TestDisk;
import io.keymoor.disk.engine.CancelToken;
import io.keymoor.disk.engine.Pace;
import io.keymoor.disk.engine.ProgressListener;
import io.keymoor.disk.engine.SourceFormat;
import io.keymoor.disk.luks.RememberingMachine;
import io.keymoor.disk.qcow2.HeaderRewrite;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The power fails while a qcow2 image is converted, and nothing is lost: what is resumed ends as
 * the very bytes that it would have been without a failure, what is rolled back as the very bytes
 * that were there.
 */
@Execution(ExecutionMode.CONCURRENT)
class OverwriteCrashTest {
  private static final int RANDOM_POINTS = Integer.getInteger("keymoor.crash.points", 40);
  private static final Machine MACHINE = new RememberingMachine();
  private static final DiskKey PRESENT = TestDisk.key();
  private static final DiskKey WANTED = TestDisk.otherKey();

  /** What is done to the image. */
  enum Kind {
    ENCRYPT,
    DECRYPT,
    REENCRYPT;

    DiskKey present() {
      return this == ENCRYPT ? DiskKey.NONE : PRESENT;
    }

    DiskKey wanted() {
      return this == DECRYPT ? DiskKey.NONE : WANTED;
    }

    byte[] image() {
      byte[] clear = SmallQcow2.image(1);
      if (this == ENCRYPT) {
        return clear;
      }
      SimulatedDisk disk = new SimulatedDisk(clear);
      work(disk, DiskKey.NONE, PRESENT).start(disk, SourceFormat.QCOW2, planned -> {});
      return disk.content();
    }

    Work work(SimulatedDisk disk) {
      return work(disk, present(), wanted());
    }

    private static Work work(SimulatedDisk disk, DiskKey present, DiskKey wanted) {
      return new Work(
          request(present, wanted),
          new SeededRandom(7),
          MACHINE,
          disk,
          (all, done, shift) ->
              shift.accept(
                  new Conversion.Crew(
                      pace(all), new Passage.Workers(Runnable::run, 1), new Laziest())));
    }

    Work threadedWork(SimulatedDisk disk) {
      return new Work(
          request(present(), wanted()),
          new SeededRandom(7),
          MACHINE,
          disk,
          (all, done, shift) -> {
            try (ExecutorService threads = Executors.newFixedThreadPool(3);
                Background background = new Background.OneThread()) {
              shift.accept(
                  new Conversion.Crew(pace(all), new Passage.Workers(threads, 3), background));
            }
          });
    }

    private static InPlaceRequest request(DiskKey present, DiskKey wanted) {
      return new InPlaceRequest(Path.of("simulated.img"), SourceFormat.QCOW2, present, wanted);
    }

    private static Pace pace(long total) {
      return new Pace(ProgressListener.SILENT, new CancelToken(), total);
    }
  }

  /** An image, and what it shall become. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Story(Kind kind, byte[] before, byte[] after, SimulatedDisk disk) {
    static Story of(Kind kind) {
      byte[] before = kind.image();
      SimulatedDisk disk = new SimulatedDisk(before);
      kind.work(disk).start(disk, SourceFormat.QCOW2, planned -> {});
      return new Story(kind, before, disk.content(), disk);
    }

    void finish(SimulatedDisk left, String where) {
      if (kind.work(left).resume(left).isEmpty() && !Arrays.equals(left.content(), after)) {
        kind.work(left).start(left, SourceFormat.QCOW2, planned -> {});
      }
      assertThat(Arrays.equals(left.content(), after)).as(kind + " " + where).isTrue();
    }

    void rollBack(SimulatedDisk left, String where) {
      try {
        kind.work(left).rollBack(left);
      } catch (DiskException.NotADisk nothingWasUnfinished) {
        assertThat(nothingWasUnfinished).hasMessageContaining("no conversion in place");
      }
      byte[] now = left.content();
      boolean whole =
          Arrays.equals(now, after)
              || Arrays.equals(SmallQcow2.scrubbed(now), SmallQcow2.scrubbed(before));
      assertThat(whole).as(kind + " " + where).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void afterAPowerFailureAtAnyWriteOrSyncTheImageIsFinishedOrRolledBackWhole(Kind kind) {
    Story story = Story.of(kind);
    Random random = new Random(2);
    for (int point = 0; point <= story.disk().eventCount(); point++) {
      for (SimulatedDisk.Loss loss : SimulatedDisk.Loss.values()) {
        SimulatedDisk left = story.disk().afterPowerFailure(point, loss, random);
        String where = "after event " + point + ", losing " + loss;
        if (point % 2 == 0 ^ loss == SimulatedDisk.Loss.EVERYTHING) {
          story.finish(left, where);
        } else {
          story.rollBack(left, where);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void afterAPowerFailureInARollBackTheImageIsWholeToo(Kind kind) {
    Story story = Story.of(kind);
    Random random = new Random(4);
    SimulatedDisk back =
        story
            .disk()
            .afterPowerFailure(story.disk().eventCount() * 3 / 4, SimulatedDisk.Loss.SOME, random);
    kind.work(back).rollBack(back);
    for (int point = 0; point <= back.eventCount(); point++) {
      SimulatedDisk left = back.afterPowerFailure(point, SimulatedDisk.Loss.SOME, random);
      String where = "rolled back up to event " + point;
      if (point % 2 == 0) {
        story.finish(left, where);
      } else {
        story.rollBack(left, where);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aFirstSectorThatIsTornAtAnyByteIsRecognised(Kind kind) {
    Story story = Story.of(kind);
    List<Integer> writes = story.disk().writesAtTheStart();
    assertThat(writes).hasSize(2);
    for (int write : writes) {
      for (int at = 1; at < HeaderRewrite.MARKER_BYTES; at += 37) {
        String where = "with write " + write + " torn at byte " + at;
        story.finish(story.disk().afterTearing(write, at, true), where);
        story.rollBack(story.disk().afterTearing(write, at, false), where);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void powerFailuresOneAfterTheOtherLoseNothingEither(Kind kind) {
    Story story = Story.of(kind);
    for (int seed = 0; seed < RANDOM_POINTS / Kind.values().length; seed++) {
      Random random = new Random(seed);
      SimulatedDisk left = new SimulatedDisk(story.before());
      for (int failures = 1 + random.nextInt(4); failures > 0; failures--) {
        goOn(story, left, random);
        int point = random.nextInt(left.eventCount() + 1);
        left = left.afterPowerFailure(point, SimulatedDisk.Loss.SOME, random);
      }
      if (random.nextBoolean()) {
        story.finish(left, "with seed " + seed);
      } else {
        story.rollBack(left, "with seed " + seed);
      }
    }
  }

  /** Forwards or backwards, with threads of its own or without. */
  private static void goOn(Story story, SimulatedDisk disk, Random random) {
    Kind kind = story.kind();
    Work work = random.nextBoolean() ? kind.work(disk) : kind.threadedWork(disk);
    boolean unfinished =
        new OverwritePlanner(disk, kind.present(), kind.wanted(), MACHINE)
            .unfinished()
            .map(planned -> {
              planned.close();
              return true;
            })
            .orElse(false);
    if (unfinished && random.nextBoolean()) {
      work.rollBack(disk);
    } else if (!Arrays.equals(disk.content(), story.after()) && work.resume(disk).isEmpty()) {
      work.start(disk, SourceFormat.QCOW2, planned -> {});
    }
  }
}
