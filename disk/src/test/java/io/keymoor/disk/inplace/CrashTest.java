package io.keymoor.disk.inplace;

import static io.keymoor.disk.TestDisk.KIB;
import static io.keymoor.disk.TestDisk.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageBytes;
import io.keymoor.disk.Machine;
import io.keymoor.disk.SeededRandom;
import io.keymoor.disk.TestDisk;
import io.keymoor.disk.engine.CancelToken;
import io.keymoor.disk.engine.LuksVersion;
import io.keymoor.disk.engine.Pace;
import io.keymoor.disk.engine.ProgressListener;
import io.keymoor.disk.engine.SourceFormat;
import io.keymoor.disk.luks.HashSpec;
import io.keymoor.disk.luks.LuksSource;
import io.keymoor.disk.luks.NewContainer;
import io.keymoor.disk.luks.RememberingMachine;
import io.keymoor.disk.luks1.Luks1Header;
import io.keymoor.disk.luks1.Luks1Keys;
import io.keymoor.disk.luks2.Luks2Header;
import io.keymoor.disk.luks2.Luks2Keys;
import io.keymoor.disk.xts.XtsCipher;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The power fails, and nothing is lost.
 *
 * <p>A small image is cut off at every single write and sync there is; a larger one at random ones,
 * several times in a row. {@code -Dkeymoor.crash.points=1000} makes that a thousand instead of the
 * usual few; a failure names its seed.
 */
@Execution(ExecutionMode.CONCURRENT)
class CrashTest {
  private static final int RANDOM_POINTS = Integer.getInteger("keymoor.crash.points", 40);

  /** More than the gap of 2 MiB, so that moved places are written over, and no whole stride. */
  private static final int SMALL = 2 * MIB + 700 * KIB + 512;

  private static final int LARGE = 9 * MIB + 100 * KIB + 1536;

  private static final Machine MACHINE = new RememberingMachine();
  private static final DiskKey PRESENT = TestDisk.key();
  private static final DiskKey WANTED = TestDisk.otherKey();

  /** What is done to the disk. */
  enum Kind {
    ENCRYPT(0, LuksVersion.LUKS1),
    DECRYPT(2 * MIB, LuksVersion.LUKS1),
    REENCRYPT_UPWARDS(2 * MIB, LuksVersion.LUKS1),
    REENCRYPT_DOWNWARDS(4 * MIB, LuksVersion.LUKS1),
    ENCRYPT_TO_LUKS2(0, LuksVersion.LUKS2),
    DECRYPT_LUKS2(2 * MIB, LuksVersion.LUKS2),
    REENCRYPT_LUKS2(4 * MIB, LuksVersion.LUKS2);

    private final int payloadOffset;
    private final LuksVersion luks;

    Kind(int payloadOffset, LuksVersion luks) {
      this.payloadOffset = payloadOffset;
      this.luks = luks;
    }

    private NewContainer container() {
      return switch (luks) {
        case LUKS1 ->
            Luks1Keys.create(PRESENT, HashSpec.SHA256, payloadOffset, new SeededRandom(5), MACHINE);
        case LUKS2 -> Luks2Keys.create(PRESENT, 4096, payloadOffset, new SeededRandom(5), MACHINE);
      };
    }

    /** LUKS2 moves as LUKS1 does; what is different is torn like everything else. */
    List<SimulatedDisk.Loss> losses() {
      return luks == LuksVersion.LUKS2
          ? List.of(SimulatedDisk.Loss.SOME)
          : List.of(SimulatedDisk.Loss.values());
    }

    /** Whole sectors of 4096 bytes for LUKS2, or none. */
    int sized(int size) {
      return luks == LuksVersion.LUKS2 && payloadOffset > 0 ? size / 4096 * 4096 : size;
    }

    DiskKey present() {
      return payloadOffset == 0 ? DiskKey.NONE : PRESENT;
    }

    DiskKey wanted() {
      return this == DECRYPT ? DiskKey.NONE : WANTED;
    }

    byte[] image(byte[] plain) {
      SimulatedDisk disk = new SimulatedDisk(new byte[0]);
      if (payloadOffset == 0) {
        return plain.clone();
      }
      try (NewContainer container = container()) {
        byte[] payload = plain.clone();
        try (XtsCipher cipher =
            new XtsCipher(container.volumeKey(), container.sectorBytes(), MACHINE)) {
          cipher.encrypt(0, payload, 0, payload.length);
        }
        disk.write(payloadOffset, payload, 0, payload.length);
        container.writeKeyMaterial(disk, 0);
        container.writeHeader(disk, 0);
      }
      return disk.content();
    }

    InPlaceRequest request() {
      return new InPlaceRequest(
          Path.of("simulated.img"), SourceFormat.RAW, present(), wanted(), Optional.of(luks));
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void afterAPowerFailureAtAnyWriteOrSyncTheDiskIsFinishedOrRolledBackWhole(Kind kind) {
    byte[] plain = content(kind.sized(SMALL), 1);
    byte[] image = kind.image(plain);
    SimulatedDisk disk = new SimulatedDisk(image);
    start(kind, disk);
    requireConverted(kind, plain, disk, "without a failure");
    Random random = new Random(2);
    for (int point = 0; point <= disk.eventCount(); point++) {
      for (SimulatedDisk.Loss loss : kind.losses()) {
        SimulatedDisk left = disk.afterPowerFailure(point, loss, random);
        String where = kind + " after event " + point + ", losing " + loss;
        if (point % 2 == 0 ^ loss == SimulatedDisk.Loss.EVERYTHING) {
          requireConverted(kind, plain, finished(kind, left), where);
        } else {
          requireWhole(kind, plain, image, rolledBack(kind, left), where);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"ENCRYPT_TO_LUKS2", "DECRYPT_LUKS2"})
  void afterAPowerFailureInARollBackTheDiskIsWholeToo(Kind kind) {
    byte[] plain = content(kind.sized(SMALL), 3);
    byte[] image = kind.image(plain);
    SimulatedDisk forward = new SimulatedDisk(image);
    start(kind, forward);
    Random random = new Random(4);
    SimulatedDisk back =
        forward.afterPowerFailure(forward.eventCount() * 3 / 4, SimulatedDisk.Loss.SOME, random);
    work(kind, back).rollBack(back);
    for (int point = 0; point <= back.eventCount(); point++) {
      SimulatedDisk left = back.afterPowerFailure(point, SimulatedDisk.Loss.SOME, random);
      String where = kind + " rolled back up to event " + point;
      if (point % 2 == 0) {
        requireConverted(kind, plain, finished(kind, left), where);
      } else {
        requireWhole(kind, plain, image, rolledBack(kind, left), where);
      }
    }
  }

  /** Marker, header, boot record: half of one and half of the other. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"ENCRYPT_TO_LUKS2", "DECRYPT_LUKS2"})
  void aFirstSectorThatIsTornAtAnyByteIsRecognised(Kind kind) {
    byte[] plain = content(kind.sized(SMALL), 6);
    byte[] image = kind.image(plain);
    SimulatedDisk disk = new SimulatedDisk(image);
    start(kind, disk);
    List<Integer> writes = disk.writesAtTheStart();
    assertThat(writes).hasSize(2);
    for (int write : writes) {
      for (int at = 1; at < 512; at += 51) {
        String where = kind + " with write " + write + " torn at byte " + at;
        SimulatedDisk front = disk.afterTearing(write, at, true);
        requireConverted(kind, plain, finished(kind, front), where);
        SimulatedDisk back = disk.afterTearing(write, at, false);
        requireWhole(kind, plain, image, rolledBack(kind, back), where);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void powerFailuresOneAfterTheOtherLoseNothingEither(Kind kind) {
    byte[] plain = content(kind.sized(LARGE), 5);
    byte[] image = kind.image(plain);
    for (int seed = 0; seed < RANDOM_POINTS / Kind.values().length; seed++) {
      Random random = new Random(seed);
      String where = kind + " with seed " + seed;
      SimulatedDisk left = new SimulatedDisk(image);
      for (int failures = 1 + random.nextInt(3); failures > 0; failures--) {
        goOn(kind, left, random);
        int point = random.nextInt(left.eventCount() + 1);
        left = left.afterPowerFailure(point, SimulatedDisk.Loss.SOME, random);
      }
      if (random.nextBoolean()) {
        requireConverted(kind, plain, finished(kind, left), where);
      } else {
        requireWhole(kind, plain, image, rolledBack(kind, left), where);
      }
    }
  }

  /** Forwards or backwards, with threads of its own or without. */
  private static void goOn(Kind kind, SimulatedDisk disk, Random random) {
    Work work = random.nextBoolean() ? work(kind, disk) : threadedWork(kind, disk);
    boolean unfinished = planner(kind, disk).unfinished().isPresent();
    if (unfinished && random.nextBoolean()) {
      work.rollBack(disk);
    } else if (!isConverted(kind, disk) && work.resume(disk).isEmpty()) {
      work.start(disk, SourceFormat.RAW, layout -> {});
    }
  }

  private static ConversionPlanner planner(Kind kind, SimulatedDisk disk) {
    return new ConversionPlanner(disk, kind.present(), kind.wanted(), Optional.empty(), MACHINE);
  }

  private static boolean isConverted(Kind kind, SimulatedDisk disk) {
    if (planner(kind, disk).unfinished().isPresent()) {
      return false;
    }
    return kind.wanted() instanceof DiskKey.None
        ? !opens(disk, kind.present())
        : opens(disk, kind.wanted());
  }

  private static void start(Kind kind, SimulatedDisk disk) {
    work(kind, disk).start(disk, SourceFormat.RAW, layout -> {});
  }

  private static SimulatedDisk finished(Kind kind, SimulatedDisk disk) {
    if (work(kind, disk).resume(disk).isEmpty() && !isConverted(kind, disk)) {
      start(kind, disk);
    }
    return disk;
  }

  private static SimulatedDisk rolledBack(Kind kind, SimulatedDisk disk) {
    try {
      work(kind, disk).rollBack(disk);
    } catch (DiskException.NotADisk nothingWasUnfinished) {
      assertThat(nothingWasUnfinished).hasMessageContaining("no conversion in place");
    }
    return disk;
  }

  private static Work work(Kind kind, SimulatedDisk image) {
    return new Work(
        kind.request(),
        new SeededRandom(7),
        MACHINE,
        image,
        (disk, done, shift) ->
            shift.accept(
                new Conversion.Crew(
                    pace(disk), new Passage.Workers(Runnable::run, 1), new Laziest())));
  }

  private static Work threadedWork(Kind kind, SimulatedDisk image) {
    return new Work(
        kind.request(),
        new SeededRandom(8),
        MACHINE,
        image,
        (disk, done, shift) -> {
          try (ExecutorService threads = Executors.newFixedThreadPool(3);
              Background background = new Background.OneThread()) {
            shift.accept(
                new Conversion.Crew(pace(disk), new Passage.Workers(threads, 3), background));
          }
        });
  }

  private static Pace pace(long total) {
    return new Pace(ProgressListener.SILENT, new CancelToken(), total);
  }

  private static void requireConverted(Kind kind, byte[] plain, SimulatedDisk disk, String where) {
    assertThat(Arrays.equals(contentOf(disk, kind.wanted()), plain)).as(where).isTrue();
  }

  /** As it was before, or, where it had come too far to go back, as it was wanted. */
  private static void requireWhole(
      Kind kind, byte[] plain, byte[] before, SimulatedDisk disk, String where) {
    boolean converted =
        kind.wanted() instanceof DiskKey.None
            ? Arrays.equals(disk.content(), plain)
            : opens(disk, kind.wanted());
    if (converted) {
      requireConverted(kind, plain, disk, where);
      return;
    }
    assertThat(Arrays.equals(contentOf(disk, kind.present()), plain)).as(where).isTrue();
    assertThat(disk.length()).as(where).isEqualTo(before.length);
  }

  private static boolean opens(ImageBytes image, DiskKey key) {
    try {
      volumeKey(image, key).close();
      return true;
    } catch (DiskException e) {
      return false;
    }
  }

  private static SecretBytes volumeKey(ImageBytes image, DiskKey key) {
    if (key instanceof DiskKey.RandomSecret random) {
      return isLuks2(image)
          ? Luks2Keys.unlock(image, Luks2Header.read(image), random.secret(), MACHINE)
          : Luks1Keys.unlock(image, Luks1Header.read(image), random.secret(), MACHINE);
    }
    throw new IllegalArgumentException("a disk in clear has no volume key");
  }

  private static boolean isLuks2(ImageBytes image) {
    byte[] start = new byte[8];
    image.read(0, start, 0, start.length);
    return Luks1Header.versionOf(start).equals(Optional.of(2));
  }

  private static byte[] contentOf(SimulatedDisk disk, DiskKey key) {
    if (key instanceof DiskKey.None) {
      return disk.content();
    }
    LuksSource.Payload payload =
        isLuks2(disk)
            ? Luks2Header.read(disk).payload()
            : LuksSource.Payload.upToTheEnd(disk, Luks1Header.read(disk).payloadOffset());
    byte[] content = new byte[(int) (disk.length() - payload.offset())];
    disk.read(payload.offset(), content, 0, content.length);
    try (SecretBytes volumeKey = volumeKey(disk, key);
        XtsCipher cipher = new XtsCipher(volumeKey, payload.sectorBytes(), MACHINE)) {
      cipher.decrypt(0, content, 0, content.length);
    }
    return content;
  }

  /** Cryptsetup opens a container by its second header, and repairs the first. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = ".*LUKS2")
  void whileTheDiskMovesNoHeaderIsThereNotEvenTheSecond(Kind kind) {
    byte[] plain = content(kind.sized(SMALL), 9);
    SimulatedDisk disk = new SimulatedDisk(kind.image(plain));
    start(kind, disk);
    List<Integer> atTheStart = disk.writesAtTheStart();
    for (int point = atTheStart.getFirst() + 3; point < atTheStart.getLast(); point++) {
      SimulatedDisk left = disk.afterPowerFailure(point, SimulatedDisk.Loss.NOTHING, new Random(0));
      assertThat(Marker.descriptorOffset(left)).isPresent();
      assertThatThrownBy(() -> Luks2Header.read(left))
          .as("after event " + point)
          .isInstanceOf(DiskException.DamagedImage.class);
    }
  }

  private static byte[] content(int length, long seed) {
    byte[] content = new byte[length];
    new Random(seed).nextBytes(content);
    return content;
  }
}
