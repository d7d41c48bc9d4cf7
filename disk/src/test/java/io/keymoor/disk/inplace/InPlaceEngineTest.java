package io.keymoor.disk.inplace;

import static io.keymoor.disk.TestDisk.MIB;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.Machine;
import io.keymoor.disk.TestDisk;
import io.keymoor.disk.Tools;
import io.keymoor.disk.engine.CancelToken;
import io.keymoor.disk.engine.ContainerFormat;
import io.keymoor.disk.engine.CopyRequest;
import io.keymoor.disk.engine.DiskEngine;
import io.keymoor.disk.engine.ImageInspector;
import io.keymoor.disk.engine.Pace;
import io.keymoor.disk.engine.ProgressListener;
import io.keymoor.disk.engine.SourceFormat;
import io.keymoor.disk.engine.SourceImage;
import io.keymoor.disk.engine.TargetImage;
import io.keymoor.disk.qcow2.BackingRule;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversions of real files, with QEMU and cryptsetup as oracles. */
class InPlaceEngineTest {
  private final InPlaceEngine engine = new InPlaceEngine(new SecureRandom());
  private final DiskEngine copies = new DiskEngine(new SecureRandom());
  private final CancelToken cancel = new CancelToken();

  @TempDir Path directory;
  private Path disk = Path.of("");
  private Path before = Path.of("");

  @BeforeEach
  void aDisk() throws IOException {
    disk = directory.resolve("disk.img");
    before = TestDisk.full(directory.resolve("before.raw"), 7 * MIB + 1536, 1);
    Files.copy(before, disk);
  }

  @ParameterizedTest
  @ValueSource(longs = {512, 1024, 4096, 5120, 2 * MIB, 7 * MIB + 1536, 12 * MIB + 512})
  void aDiskOfAnySizeIsEncryptedReencryptedTwiceAndDecryptedToWhatItWas(long size)
      throws IOException {
    Files.delete(before);
    Files.delete(disk);
    TestDisk.full(before, size, size);
    Files.copy(before, disk);
    convert(DiskKey.NONE, TestDisk.key());
    qemuFindsTheSame();
    convert(TestDisk.key(), TestDisk.otherKey());
    assertOpensWith(TestDisk.OTHER_KEY_TEXT);
    assertThat(Files.size(disk)).isGreaterThanOrEqualTo(size + 2 * MIB);
    convert(TestDisk.otherKey(), TestDisk.key());
    qemuFindsTheSame();
    cryptsetupOpensIt();
    convert(TestDisk.key(), DiskKey.NONE);
    assertThat(disk).hasSameBinaryContentAs(before);
    assertThat(directory).isDirectoryNotContaining("glob:**.keymoor-inplace*");
  }

  @Test
  void progressRisesAndTheResultSaysWhatWasMoved() {
    List<Long> seen = new ArrayList<>();
    InPlaceResult result =
        engine.convert(
            request(DiskKey.NONE, TestDisk.key()), (done, total) -> seen.add(done), cancel);
    assertThat(seen).isSorted().last().isEqualTo(7L * MIB + 1536);
    assertThat(result.outcome()).isEqualTo(InPlaceResult.Outcome.CONVERTED);
    assertThat(result.bytes()).isEqualTo(7L * MIB + 1536);
    assertThat(result.movedBytes()).isEqualTo(7L * MIB + 1536);
  }

  @Test
  void noOldPlaintextIsLeftInTheFile() throws IOException {
    byte[] marked = new byte[5 * MIB];
    byte[] sentence = "this was written in clear ".getBytes(UTF_8);
    for (int at = 0; at + sentence.length < marked.length; at += sentence.length) {
      System.arraycopy(sentence, 0, marked, at, sentence.length);
    }
    Files.write(disk, marked);
    convert(DiskKey.NONE, TestDisk.key());
    String content = Files.readString(disk, ISO_8859_1);
    assertThat(content.contains("written in clear")).isFalse();
  }

  @Test
  void aStoppedConversionOpensForNobodyAndIsResumed() throws IOException {
    stopHalfWay(DiskKey.NONE, TestDisk.key());
    assertThat(InPlaceEngine.isUnfinished(disk)).isTrue();
    assertThat(Files.readString(disk, ISO_8859_1)).startsWith("KEYMOOR-INPLACE");
    assertThatThrownBy(() -> ImageInspector.inspect(disk))
        .isInstanceOf(DiskException.UnsupportedImage.class)
        .hasMessageContaining("its conversion in place is unfinished");
    Path copy = directory.resolve("copy");
    for (DiskKey key : List.of(DiskKey.NONE, TestDisk.key())) {
      assertThatThrownBy(() ->
              copies.copy(
                  new CopyRequest(
                      new SourceImage(disk, key),
                      new TargetImage(copy, ContainerFormat.RAW, DiskKey.NONE)),
                  ProgressListener.SILENT,
                  new CancelToken()))
          .isInstanceOf(DiskException.UnsupportedImage.class);
    }
    InPlaceResult result = convert(DiskKey.NONE, TestDisk.key());
    assertThat(result.movedBytes()).isLessThan(7L * MIB);
    assertThat(InPlaceEngine.isUnfinished(disk)).isFalse();
    qemuFindsTheSame();
  }

  @Test
  void aStoppedConversionIsRolledBackToTheLastByte() throws IOException {
    stopHalfWay(DiskKey.NONE, TestDisk.key());
    assertThat(rollBack(DiskKey.NONE, TestDisk.key())).isEqualTo(InPlaceResult.Outcome.ROLLED_BACK);
    assertThat(disk).hasSameBinaryContentAs(before);
    convert(DiskKey.NONE, TestDisk.key());
    stopHalfWay(TestDisk.key(), TestDisk.otherKey());
    rollBack(TestDisk.key(), TestDisk.otherKey());
    qemuFindsTheSame();
    stopHalfWay(TestDisk.key(), DiskKey.NONE);
    rollBack(TestDisk.key(), DiskKey.NONE);
    qemuFindsTheSame();
  }

  @Test
  void resumingNeedsTheKeysThatItBeganWith() throws IOException {
    convert(DiskKey.NONE, TestDisk.key());
    stopHalfWay(TestDisk.key(), TestDisk.otherKey());
    byte[] left = Files.readAllBytes(disk);
    try (SecretBytes words = TestDisk.secret("some other passphrase")) {
      DiskKey wrong = new DiskKey.Passphrase(words);
      assertThatThrownBy(() -> convert(TestDisk.key(), wrong))
          .isInstanceOf(DiskException.WrongKey.class);
      assertThatThrownBy(() -> convert(wrong, TestDisk.otherKey()))
          .isInstanceOf(DiskException.WrongKey.class);
    }
    assertThatThrownBy(() -> convert(DiskKey.NONE, TestDisk.otherKey()))
        .isInstanceOf(DiskException.AlreadyEncrypted.class);
    assertThat(Arrays.equals(left, Files.readAllBytes(disk))).isTrue();
    convert(TestDisk.key(), TestDisk.otherKey());
    assertOpensWith(TestDisk.OTHER_KEY_TEXT);
  }

  /** A guest can write what looks like a journal to the end of its disk. */
  @Test
  void aJournalThatTheGuestForgedIsPartOfItsDisk() throws IOException {
    stopHalfWay(DiskKey.NONE, TestDisk.key());
    byte[] forged = Files.readAllBytes(disk);
    Arrays.fill(forged, 0, 4096, (byte) 7); // no marker
    forged[forged.length - 32] ^= 1; // and no right MAC
    Files.write(disk, forged);
    Files.write(before, forged);
    convert(DiskKey.NONE, TestDisk.key());
    qemuFindsTheSame();
  }

  @Test
  void aJournalThatWasChangedUnderAMarkerIsRefused() throws IOException {
    stopHalfWay(DiskKey.NONE, TestDisk.key());
    byte[] changed = Files.readAllBytes(disk);
    changed[changed.length - 32] ^= 1;
    Files.write(disk, changed);
    assertThatThrownBy(() -> convert(DiskKey.NONE, TestDisk.key()))
        .isInstanceOf(DiskException.DamagedImage.class)
        .hasMessageContaining("was changed by somebody else");
  }

  @Test
  void refusesKeysThatDoNotFitAndLeavesTheDiskAlone() throws IOException {
    assertThatThrownBy(() -> convert(TestDisk.key(), TestDisk.otherKey()))
        .isInstanceOf(DiskException.NotEncrypted.class);
    assertThatThrownBy(() -> rollBack(DiskKey.NONE, TestDisk.key()))
        .isInstanceOf(DiskException.NotADisk.class)
        .hasMessageContaining("no conversion in place of it is unfinished");
    assertThat(disk).hasSameBinaryContentAs(before);
    convert(DiskKey.NONE, TestDisk.key());
    assertThatThrownBy(() -> convert(DiskKey.NONE, TestDisk.otherKey()))
        .isInstanceOf(DiskException.AlreadyEncrypted.class);
    assertThatThrownBy(() -> convert(TestDisk.otherKey(), DiskKey.NONE))
        .isInstanceOf(DiskException.WrongKey.class);
    qemuFindsTheSame();
    assertThatThrownBy(() -> new InPlaceRequest(disk, DiskKey.NONE, DiskKey.NONE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDiskThatIsInUseIsLeftAlone() {
    try (ImageFile reader = ImageFile.openToRead(disk)) {
      assertThatThrownBy(() -> convert(DiskKey.NONE, TestDisk.key()))
          .isInstanceOf(DiskException.DiskInUse.class);
      assertThat(reader.length()).isEqualTo(7 * MIB + 1536);
    }
    assertThat(disk).hasSameBinaryContentAs(before);
  }

  @Test
  void aBlockDeviceIsRefusedBecauseItCannotGrow() {
    Tools.require("losetup");
    Tools.Outcome attached = Tools.tryRun("losetup", "--find", "--show", disk);
    Assumptions.assumeTrue(attached.exitCode() == 0, "skipped: there are no loop devices here");
    Path device = Path.of(attached.output().strip());
    try {
      assertThatThrownBy(() ->
              engine.convert(
                  new InPlaceRequest(device, SourceFormat.RAW, DiskKey.NONE, TestDisk.key()),
                  ProgressListener.SILENT,
                  cancel))
          .isInstanceOf(DiskException.UnsupportedImage.class)
          .hasMessageContaining("a block device cannot grow by the room that a conversion in place")
          .hasMessageContaining("copy it instead");
    } finally {
      Tools.run("losetup", "--detach", device);
    }
    assertThat(disk).hasSameBinaryContentAs(before);
  }

  @Test
  void aConversionThatIsCancelledBeforeItBeginsTouchesNothing() {
    cancel.cancel();
    assertThatThrownBy(() -> convert(DiskKey.NONE, TestDisk.key()))
        .isInstanceOf(DiskException.Cancelled.class);
    assertThat(disk).hasSameBinaryContentAs(before);
  }

  @Test
  void aLinkToADiskIsFollowedAndStays() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link.img"), disk);
    engine.convert(
        new InPlaceRequest(link, DiskKey.NONE, TestDisk.key()), ProgressListener.SILENT, cancel);
    assertThat(link).isSymbolicLink();
    qemuFindsTheSame();
    assertThatThrownBy(() ->
            engine.convert(
                new InPlaceRequest(directory.resolve("gone"), DiskKey.NONE, TestDisk.key()),
                ProgressListener.SILENT,
                cancel))
        .isInstanceOf(DiskException.DiskMissing.class);
  }

  @Test
  void aHalfWrittenJournalIsCutOffByItsNote() throws IOException {
    new SidecarNote(disk).keep(Files.size(disk));
    Files.write(disk, new byte[100_000], StandardOpenOption.APPEND);
    assertThat(rollBack(DiskKey.NONE, TestDisk.key())).isEqualTo(InPlaceResult.Outcome.ROLLED_BACK);
    assertThat(disk).hasSameBinaryContentAs(before);
    new SidecarNote(disk).keep(Files.size(disk));
    Files.write(disk, new byte[100_001], StandardOpenOption.APPEND);
    convert(DiskKey.NONE, TestDisk.key());
    qemuFindsTheSame();
  }

  @Test
  void aNoteForAnotherImageOfThatNameIsNotBelieved() throws IOException {
    Files.writeString(
        directory.resolve("disk.img.keymoor-inplace"), "keymoor in-place 1 length 512 inode 1\n");
    convert(DiskKey.NONE, TestDisk.key());
    qemuFindsTheSame();
  }

  private InPlaceRequest request(DiskKey present, DiskKey wanted) {
    return new InPlaceRequest(disk, present, wanted);
  }

  private InPlaceResult convert(DiskKey present, DiskKey wanted) {
    return engine.convert(request(present, wanted), ProgressListener.SILENT, cancel);
  }

  private InPlaceResult.Outcome rollBack(DiskKey present, DiskKey wanted) {
    return engine
        .rollBack(request(present, wanted), ProgressListener.SILENT, new CancelToken())
        .outcome();
  }

  /** Cancels when the second stride is about to be moved. */
  private void stopHalfWay(DiskKey present, DiskKey wanted) {
    CancelAfter stop = new CancelAfter(2 * MIB);
    Work work =
        new Work(
            request(present, wanted),
            new SecureRandom(),
            Machine.JAVA,
            new SidecarNote(disk),
            (bytes, done, shift) ->
                shift.accept(
                    new Conversion.Crew(
                        new Pace(ProgressListener.SILENT, stop.token, bytes),
                        new Passage.Workers(Runnable::run, 1),
                        stop)));
    try (ImageFile image = ImageFile.openToChange(disk)) {
      assertThatThrownBy(() -> work.start(image, SourceFormat.DETECT, layout -> {}))
          .isInstanceOf(DiskException.Cancelled.class);
    }
  }

  private static final class CancelAfter implements Background {
    private final CancelToken token = new CancelToken();
    private int left;

    CancelAfter(int bytes) {
      left = bytes / (512 * 1024);
    }

    @Override
    public void submit(Runnable task) {
      task.run();
      left--;
      if (left == 0) {
        token.cancel();
      }
    }

    @Override
    public void awaitAtMost(int outstanding) {}

    @Override
    public void close() {}
  }

  private void qemuFindsTheSame() throws IOException {
    Path clear = directory.resolve("clear.raw");
    Files.deleteIfExists(clear);
    if (Tools.tryRun("sh", "-c", "command -v qemu-img").exitCode() == 0) {
      Tools.run(
          "qemu-img",
          "compare",
          "--object",
          TestDisk.secretObject(TestDisk.keyFile(directory)),
          "--image-opts",
          "driver=raw,file.filename=" + before,
          TestDisk.luksOptions(disk));
    }
    copies.copy(
        new CopyRequest(
            new SourceImage(disk, SourceFormat.RAW, TestDisk.key(), BackingRule.SAME_DIRECTORY),
            new TargetImage(clear, ContainerFormat.RAW, DiskKey.NONE)),
        ProgressListener.SILENT,
        new CancelToken());
    assertThat(clear).hasSameBinaryContentAs(before);
  }

  private void cryptsetupOpensIt() throws IOException {
    Tools.require("cryptsetup");
    Tools.run(
        "cryptsetup", "open", "--test-passphrase", "--key-file", TestDisk.keyFile(directory), disk);
    assertThat(Tools.run("cryptsetup", "luksDump", disk)).contains("Key Slot 0: ENABLED");
  }

  private void assertOpensWith(String text) {
    try (SecretBytes secret = TestDisk.secret(text)) {
      copies.verifyOpens(disk, secret);
    }
  }
}
