package io.keymoor.disk.engine;

import static io.keymoor.disk.TestDisk.MIB;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.disk.BlockTarget;
import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.Machine;
import io.keymoor.disk.TestDisk;
import io.keymoor.disk.qcow2.BackingRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a copy leaves behind, however it ends. */
class CopyTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final DiskEngine engine = new DiskEngine(RANDOM);
  private final CancelToken cancel = new CancelToken();

  @TempDir Path directory;
  private Path plain = Path.of("");
  private Path target = Path.of("");

  @BeforeEach
  void aDisk() throws IOException {
    plain = TestDisk.full(directory.resolve("plain.raw"), 3 * MIB + 512, 1);
    target = directory.resolve("target");
  }

  @ParameterizedTest
  @EnumSource(ContainerFormat.class)
  void encryptedReencryptedAndDecryptedItIsTheSame(ContainerFormat format) {
    Path second = directory.resolve("second");
    Path clear = directory.resolve("clear");
    copy(engine, plain, DiskKey.NONE, target, format, TestDisk.key());
    copy(engine, target, TestDisk.key(), second, format, TestDisk.otherKey());
    CopyResult result =
        copy(engine, second, TestDisk.otherKey(), clear, ContainerFormat.RAW, DiskKey.NONE);
    assertThat(clear).hasSameBinaryContentAs(plain);
    assertThat(result.verified()).isTrue();
    assertThat(result.bytes()).isEqualTo(3 * MIB + 512);
    assertThat(result.dataBytes()).isEqualTo(3 * MIB + 512);
    assertThat(result.fileBytes()).isEqualTo(3 * MIB + 512);
  }

  @Test
  void progressRisesToItsTotalWhichCountsTheVerificationToo() {
    List<Long> seen = new ArrayList<>();
    List<Long> totals = new ArrayList<>();
    engine.copy(
        request(plain, DiskKey.NONE, ContainerFormat.RAW, TestDisk.key()),
        (done, total) -> {
          seen.add(done);
          totals.add(total);
        },
        cancel);
    assertThat(seen).isSorted().last().isEqualTo(2L * (3 * MIB + 512));
    assertThat(totals).containsOnly(2L * (3 * MIB + 512));
  }

  @Test
  void aCancelledCopyLeavesNoTargetAndTheSourceFree() {
    cancel.cancel();
    assertThatThrownBy(() -> copyToTarget(engine))
        .isInstanceOf(DiskException.Cancelled.class)
        .hasMessageContaining("no target was left behind");
    nothingIsLeft();
  }

  @Test
  void aCopyThatIsCancelledInTheMiddleLeavesNoTarget() {
    TargetOpener real = TargetOpener.real(RANDOM, Machine.JAVA);
    AtomicInteger writes = new AtomicInteger();
    DiskEngine cancelling =
        new DiskEngine(
            (file, image, size) ->
                new Watched(
                    real.open(file, image, size),
                    () -> {
                      if (writes.incrementAndGet() == 3) {
                        cancel.cancel();
                      }
                    }),
            FileCare::usableSpace,
            Machine.JAVA);
    assertThatThrownBy(() -> copyToTarget(cancelling)).isInstanceOf(DiskException.Cancelled.class);
    nothingIsLeft();
  }

  @Test
  void whatACancelledDecryptionWroteIsOverwrittenBeforeItIsRemoved() throws IOException {
    Path encrypted = directory.resolve("encrypted");
    copy(engine, plain, DiskKey.NONE, encrypted, ContainerFormat.RAW, TestDisk.key());
    Path witness = directory.resolve("witness");
    TargetOpener real = TargetOpener.real(RANDOM, Machine.JAVA);
    AtomicInteger writes = new AtomicInteger();
    DiskEngine cancelling =
        new DiskEngine(
            (file, image, size) ->
                new Watched(
                    real.open(file, image, size),
                    () -> {
                      if (writes.incrementAndGet() == 3) {
                        linkTo(target, witness);
                        cancel.cancel();
                      }
                    }),
            FileCare::usableSpace,
            Machine.JAVA);
    assertThatThrownBy(() ->
            copy(cancelling, encrypted, TestDisk.key(), target, ContainerFormat.RAW, DiskKey.NONE))
        .isInstanceOf(DiskException.Cancelled.class);
    assertThat(target).doesNotExist();
    assertThat(Files.readAllBytes(witness)).isNotEmpty().containsOnly(0);
  }

  private static void linkTo(Path file, Path name) {
    try {
      Files.createLink(name, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aListenerThatThrowsEndsTheCopyAsAFailure() {
    assertThatThrownBy(() ->
            engine.copy(
                request(plain, DiskKey.NONE, ContainerFormat.RAW, TestDisk.key()),
                (done, total) -> {
                  throw new IllegalStateException("not listening");
                },
                cancel))
        .hasMessage("not listening");
    nothingIsLeft();
  }

  @Test
  void aWriteThatFailsLeavesNoTarget() {
    TargetOpener real = TargetOpener.real(RANDOM, Machine.JAVA);
    DiskEngine failing =
        new DiskEngine(
            (file, image, size) ->
                new Watched(
                    real.open(file, image, size),
                    () -> {
                      throw new DiskException.DiskWriteFailed("target", "at byte 7");
                    }),
            FileCare::usableSpace,
            Machine.JAVA);
    assertThatThrownBy(() -> copyToTarget(failing))
        .isInstanceOf(DiskException.DiskWriteFailed.class);
    nothingIsLeft();
  }

  @Test
  void whatReadsBackDifferentlyIsFoundAndRemoved() {
    TargetOpener real = TargetOpener.real(RANDOM, Machine.JAVA);
    DiskEngine lying =
        new DiskEngine(
            (file, image, size) -> new Forgetful(real.open(file, image, size)),
            FileCare::usableSpace,
            Machine.JAVA);
    assertThatThrownBy(() -> copyToTarget(lying))
        .isInstanceOf(DiskException.DiskWriteFailed.class)
        .hasMessageContaining("reads back differently at or after byte 2097152")
        .hasMessageContaining("the copy was removed");
    nothingIsLeft();
  }

  @Test
  void tooLittleSpaceIsSaidBeforeAnythingIsWritten() {
    DiskEngine full =
        new DiskEngine(TargetOpener.real(RANDOM, Machine.JAVA), path -> 4 * MIB, Machine.JAVA);
    assertThatThrownBy(() -> copyToTarget(full))
        .isInstanceOf(DiskException.NotEnoughSpace.class)
        .hasMessageContaining("needs about " + (5 * MIB + 512) + " bytes")
        .hasMessageContaining("has " + 4 * MIB + " bytes free");
    nothingIsLeft();
  }

  @Test
  void aThinTargetNeedsSpaceForItsDataOnly() throws IOException {
    Path sparse = TestDisk.sparse(directory.resolve("sparse.raw"), 20 * MIB, 1, 2);
    DiskEngine small =
        new DiskEngine(TargetOpener.real(RANDOM, Machine.JAVA), path -> 4 * MIB, Machine.JAVA);
    copy(small, sparse, DiskKey.NONE, target, ContainerFormat.QCOW2, TestDisk.key());
    assertThat(target).exists();
  }

  @Test
  void anExistingTargetIsNeverTouched() throws IOException {
    Files.writeString(target, "precious");
    assertThatThrownBy(() -> copyToTarget(engine)).isInstanceOf(DiskException.TargetExists.class);
    assertThat(target).hasContent("precious");
    Files.delete(target);
    Files.createSymbolicLink(target, directory.resolve("nowhere"));
    assertThatThrownBy(() -> copyToTarget(engine)).isInstanceOf(DiskException.TargetExists.class);
  }

  @Test
  void theSourceMustBeFreeAndItsKeyRight() {
    try (ImageFile held = ImageFile.openToChange(plain)) {
      assertThatThrownBy(() -> copyToTarget(engine)).isInstanceOf(DiskException.DiskInUse.class);
      assertThat(held.length()).isEqualTo(3 * MIB + 512);
    }
    copyToTarget(engine);
    Path next = directory.resolve("next");
    assertThatThrownBy(
            () -> copy(engine, target, DiskKey.NONE, next, ContainerFormat.RAW, DiskKey.NONE))
        .isInstanceOf(DiskException.AlreadyEncrypted.class);
    assertThatThrownBy(() ->
            copy(engine, target, TestDisk.otherKey(), next, ContainerFormat.RAW, DiskKey.NONE))
        .isInstanceOf(DiskException.WrongKey.class);
    assertThatThrownBy(
            () -> copy(engine, plain, TestDisk.key(), next, ContainerFormat.RAW, DiskKey.NONE))
        .isInstanceOf(DiskException.NotEncrypted.class);
    assertThat(next).doesNotExist();
  }

  @Test
  void theTargetGetsTheModeOfItsSource() throws IOException {
    Files.setPosixFilePermissions(plain, PosixFilePermissions.fromString("rw-r-----"));
    copyToTarget(engine);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
        .isEqualTo("rw-r-----");
  }

  @Test
  void whoSaysRawGetsRawWhateverTheGuestWroteThere() throws IOException {
    Files.write(plain, "QFI\u00fb".getBytes(ISO_8859_1));
    byte[] disk = new byte[MIB];
    System.arraycopy(Files.readAllBytes(plain), 0, disk, 0, 4);
    Files.write(plain, disk);
    SourceImage said =
        new SourceImage(plain, SourceFormat.RAW, DiskKey.NONE, BackingRule.SAME_DIRECTORY);
    engine.copy(
        new CopyRequest(said, new TargetImage(target, ContainerFormat.RAW, DiskKey.NONE)),
        ProgressListener.SILENT,
        cancel);
    assertThat(target).hasSameBinaryContentAs(plain);
  }

  @Test
  void otherFormatsAreNotTakenForRawDisks() throws IOException {
    for (String magic : List.of("KDMV", "vhdxfile", "conectix", "QED\0", "<<< QEMU VM Virtual")) {
      byte[] disk = new byte[4096];
      System.arraycopy(magic.getBytes(ISO_8859_1), 0, disk, 0, magic.length());
      Files.write(plain, disk);
      assertThatThrownBy(() -> copyToTarget(engine))
          .as(magic)
          .isInstanceOf(DiskException.UnsupportedImage.class)
          .hasMessageContaining("convert it to raw or qcow2 with qemu-img first");
    }
    Files.write(plain, new byte[1000]);
    assertThatThrownBy(() -> copyToTarget(engine)).isInstanceOf(DiskException.NotADisk.class);
    Files.write(plain, new byte[0]);
    assertThatThrownBy(() -> copyToTarget(engine)).isInstanceOf(DiskException.EmptyDisk.class);
    Files.delete(plain);
    assertThatThrownBy(() -> copyToTarget(engine)).isInstanceOf(DiskException.DiskMissing.class);
    Files.createDirectory(plain);
    assertThatThrownBy(() -> copyToTarget(engine)).isInstanceOf(DiskException.NotADisk.class);
  }

  private void nothingIsLeft() {
    assertThat(target).doesNotExist();
    ImageFile.openToChange(plain).close();
  }

  private void copyToTarget(DiskEngine by) {
    by.copy(
        request(plain, DiskKey.NONE, ContainerFormat.RAW, TestDisk.key()),
        ProgressListener.SILENT,
        cancel);
  }

  private CopyRequest request(Path from, DiskKey key, ContainerFormat format, DiskKey newKey) {
    return new CopyRequest(new SourceImage(from, key), new TargetImage(target, format, newKey));
  }

  private CopyResult copy(
      DiskEngine by, Path from, DiskKey key, Path to, ContainerFormat format, DiskKey newKey) {
    return by.copy(
        new CopyRequest(new SourceImage(from, key), new TargetImage(to, format, newKey)),
        ProgressListener.SILENT,
        cancel);
  }

  /** A target of which every write is announced. */
  private record Watched(BlockTarget inner, Runnable beforeWrite) implements BlockTarget {
    @Override
    public int granularity() {
      return inner.granularity();
    }

    @Override
    public boolean thin() {
      return inner.thin();
    }

    @Override
    public long fileBytesFor(long dataBytes) {
      return inner.fileBytesFor(dataBytes);
    }

    @Override
    public void write(long position, byte[] from, int offset, int length) {
      beforeWrite.run();
      inner.write(position, from, offset, length);
    }

    @Override
    public void finish() {
      inner.finish();
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  /** A target that loses what is written at 2 MiB. */
  private record Forgetful(BlockTarget inner) implements BlockTarget {
    @Override
    public int granularity() {
      return inner.granularity();
    }

    @Override
    public boolean thin() {
      return inner.thin();
    }

    @Override
    public long fileBytesFor(long dataBytes) {
      return inner.fileBytesFor(dataBytes);
    }

    @Override
    public void write(long position, byte[] from, int offset, int length) {
      if (position != 2 * MIB) {
        inner.write(position, from, offset, length);
      }
    }

    @Override
    public void finish() {
      inner.finish();
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
