package io.keymoor.disk.inplace;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.Machine;
import io.keymoor.disk.SeededRandom;
import io.keymoor.disk.SimulatedDisk;
import io.keymoor.disk.engine.CancelToken;
import io.keymoor.disk.engine.Pace;
import io.keymoor.disk.engine.ProgressListener;
import io.keymoor.disk.luks.RememberingMachine;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiPredicate;

/**
 * An image, what shall become of it, and what becomes of it when nothing fails. Always the same
 * bytes, for volume keys and salts are the same each time.
 *
 * @param before nothing was ever written to it
 * @param after remembers how it became what it is
 * @param isRestored whether the first disk is what the second was before
 */
record Story(
    String name,
    InPlaceRequest request,
    SimulatedDisk before,
    SimulatedDisk after,
    BiPredicate<SimulatedDisk, SimulatedDisk> isRestored) {
  static final Machine MACHINE = new RememberingMachine();

  /** Plays it once, each sync as late as may be. */
  static Story of(String name, InPlaceRequest request, byte[] image) {
    return of(name, request, image, SimulatedDisk::holdsTheSameAs);
  }

  static Story of(
      String name,
      InPlaceRequest request,
      byte[] image,
      BiPredicate<SimulatedDisk, SimulatedDisk> isRestored) {
    SimulatedDisk before = new SimulatedDisk(image);
    SimulatedDisk after = new SimulatedDisk(image);
    work(request, after).start(after, request.format(), planned -> {});
    return new Story(name, request, before, after, isRestored);
  }

  /** Plays it again, with threads, so that writes come in another order. */
  SimulatedDisk playedByThreads() {
    SimulatedDisk disk = copyOf(before);
    threadedWork(disk).start(disk, request.format(), planned -> {});
    return disk;
  }

  private static SimulatedDisk copyOf(SimulatedDisk disk) {
    return disk.afterPowerFailure(disk.eventCount(), SimulatedDisk.Loss.NOTHING, new Random(0));
  }

  /** Whatever is left of it has to become what it shall be, to the byte. */
  void finish(SimulatedDisk left, String where) {
    if (work(left).resume(left).isEmpty() && !left.holdsTheSameAs(after)) {
      work(left).start(left, request.format(), planned -> {});
    }
    assertThat(left.holdsTheSameAs(after)).as(name + " finished " + where).isTrue();
  }

  /** As it was before, or, where it had come too far to go back, as it shall be; to the byte. */
  void rollBack(SimulatedDisk left, String where) {
    try {
      work(left).rollBack(left);
    } catch (DiskException.NotADisk nothingWasUnfinished) {
      assertThat(nothingWasUnfinished).hasMessageContaining("no conversion in place");
    }
    assertThat(left.holdsTheSameAs(after) || isRestored.test(left, before))
        .as(name + " rolled back " + where)
        .isTrue();
  }

  /** One of both. */
  void finishOrRollBack(SimulatedDisk left, boolean finish, String where) {
    if (finish) {
      finish(left, where);
    } else {
      rollBack(left, where);
    }
  }

  /** Forwards or backwards, with threads of its own or without. */
  void goOn(SimulatedDisk disk, Random random) {
    Work work = random.nextBoolean() ? work(disk) : threadedWork(disk);
    if (work.isUnfinished(disk) && random.nextBoolean()) {
      work.rollBack(disk);
    } else if (!disk.holdsTheSameAs(after) && work.resume(disk).isEmpty()) {
      work.start(disk, request.format(), planned -> {});
    }
  }

  Work work(SimulatedDisk disk) {
    return work(request, disk);
  }

  private static Work work(InPlaceRequest request, SimulatedDisk disk) {
    return new Work(
        request,
        new SeededRandom(7),
        MACHINE,
        new Note(disk),
        (all, done, shift) ->
            shift.accept(
                new Conversion.Crew(
                    pace(all), new Passage.Workers(Runnable::run, 1), new Laziest())));
  }

  private Work threadedWork(SimulatedDisk disk) {
    return new Work(
        request,
        new SeededRandom(7),
        MACHINE,
        new Note(disk),
        (all, done, shift) -> {
          try (ExecutorService threads = Executors.newFixedThreadPool(3);
              Background background = new Background.OneThread()) {
            shift.accept(
                new Conversion.Crew(pace(all), new Passage.Workers(threads, 3), background));
          }
        });
  }

  private static Pace pace(long total) {
    return new Pace(ProgressListener.SILENT, new CancelToken(), total);
  }

  /** The file beside the image. */
  private record Note(SimulatedDisk disk) implements LengthNote {
    @Override
    public void keep(long length) {
      disk.keep(OptionalLong.of(length));
    }

    @Override
    public OptionalLong kept() {
      return disk.kept();
    }

    @Override
    public void drop() {
      disk.keep(OptionalLong.empty());
    }
  }
}
