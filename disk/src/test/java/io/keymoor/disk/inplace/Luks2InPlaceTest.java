package io.keymoor.disk.inplace;

import static io.keymoor.disk.TestDisk.MIB;
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
import io.keymoor.disk.engine.DiskEncryption;
import io.keymoor.disk.engine.DiskEngine;
import io.keymoor.disk.engine.ImageInspector;
import io.keymoor.disk.engine.LuksVersion;
import io.keymoor.disk.engine.Pace;
import io.keymoor.disk.engine.ProgressListener;
import io.keymoor.disk.engine.SourceFormat;
import io.keymoor.disk.engine.SourceImage;
import io.keymoor.disk.engine.TargetImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversions of and to LUKS2 where it lies, with cryptsetup as the judge. */
class Luks2InPlaceTest {
  private final InPlaceEngine engine = new InPlaceEngine(new SecureRandom());
  private final DiskEngine copies = new DiskEngine(new SecureRandom());

  @TempDir Path directory;
  private Path disk = Path.of("");
  private Path before = Path.of("");

  @BeforeEach
  void aDisk() throws IOException {
    Tools.require("cryptsetup");
    disk = directory.resolve("disk.img");
    before = TestDisk.full(directory.resolve("before.raw"), 5 * MIB + 4096, 1);
  }

  @Test
  void aDiskInClearBecomesLuks2ChangesItsKeyBecomesLuks1AndIsDecrypted() throws IOException {
    before = TestDisk.full(directory.resolve("odd.raw"), 5 * MIB + 512, 2);
    Files.copy(before, disk);
    convert(DiskKey.NONE, TestDisk.key(), Optional.of(LuksVersion.LUKS2));
    cryptsetupOpens(TestDisk.KEY_TEXT);
    assertThat(Tools.run("cryptsetup", "luksDump", disk))
        .contains("Version:       \t2", "0: keymoor", "sector: 512 [bytes]");
    holdsTheSame(TestDisk.key());
    convert(TestDisk.key(), TestDisk.otherKey(), Optional.empty());
    assertThat(ImageInspector.inspect(disk).encryption()).isEqualTo(DiskEncryption.LUKS2);
    cryptsetupOpens(TestDisk.OTHER_KEY_TEXT);
    holdsTheSame(TestDisk.otherKey());
    convert(TestDisk.otherKey(), TestDisk.key(), Optional.of(LuksVersion.LUKS1));
    assertThat(ImageInspector.inspect(disk).encryption()).isEqualTo(DiskEncryption.LUKS1);
    cryptsetupOpens(TestDisk.KEY_TEXT);
    holdsTheSame(TestDisk.key());
    convert(TestDisk.key(), DiskKey.NONE, Optional.empty());
    assertThat(disk).hasSameBinaryContentAs(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void aContainerOfUsualLayoutIsReencryptedSoThatCryptsetupDecryptsIt(int sector)
      throws IOException {
    copies.copy(
        new CopyRequest(
            new SourceImage(before, DiskKey.NONE),
            new TargetImage(disk, ContainerFormat.RAW, TestDisk.key(), LuksVersion.LUKS2, sector)),
        ProgressListener.SILENT,
        new CancelToken());
    convert(TestDisk.key(), TestDisk.otherKey(), Optional.empty());
    assertThat(Files.size(disk)).isEqualTo(Files.size(before) + 2 * MIB);
    assertThat(Tools.run("cryptsetup", "luksDump", disk))
        .contains("sector: " + sector + " [bytes]");
    holdsTheSame(TestDisk.otherKey());
    Path other = Files.writeString(directory.resolve("other"), TestDisk.OTHER_KEY_TEXT);
    Tools.run(
        "cryptsetup",
        "reencrypt",
        "--batch-mode",
        "--decrypt",
        "--force-offline-reencrypt",
        "--header",
        directory.resolve("exported"),
        "--key-file",
        other,
        disk);
    assertThat(Arrays.mismatch(Files.readAllBytes(before), Files.readAllBytes(disk)))
        .isIn(-1, (int) Files.size(before));
  }

  @Test
  void whatCryptsetupEncryptedIsReencryptedAndDecrypted() throws IOException {
    byte[] content = Files.readAllBytes(before);
    Files.write(disk, Arrays.copyOf(content, content.length + 32 * MIB));
    Tools.run(
        "cryptsetup",
        "reencrypt",
        "--batch-mode",
        "--encrypt",
        "--type",
        "luks2",
        "--reduce-device-size",
        "32M",
        "--force-offline-reencrypt",
        "--sector-size",
        4096,
        "--pbkdf",
        "argon2id",
        "--pbkdf-force-iterations",
        4,
        "--pbkdf-memory",
        1024,
        "--key-file",
        TestDisk.keyFile(directory),
        disk);
    convert(TestDisk.key(), TestDisk.otherKey(), Optional.empty());
    cryptsetupOpens(TestDisk.OTHER_KEY_TEXT);
    convert(TestDisk.otherKey(), DiskKey.NONE, Optional.empty());
    assertThat(Arrays.mismatch(content, Files.readAllBytes(disk))).isIn(-1, content.length);
  }

  @Test
  void cryptsetupRefusesAContainerThatIsHalfWayAndTakesItAgainAfterTheRollBack()
      throws IOException {
    copies.copy(
        new CopyRequest(
            new SourceImage(before, DiskKey.NONE),
            new TargetImage(disk, ContainerFormat.RAW, TestDisk.key(), LuksVersion.LUKS2, 4096)),
        ProgressListener.SILENT,
        new CancelToken());
    byte[] whole = Files.readAllBytes(disk);
    stopHalfWay();
    byte[] half = Files.readAllBytes(disk);
    for (String action : new String[] {"luksDump", "isLuks", "repair"}) {
      assertThat(Tools.tryRun("cryptsetup", "--batch-mode", action, disk).exitCode())
          .as(action)
          .isNotZero();
    }
    assertThat(
            Tools.tryRun(
                    "cryptsetup",
                    "open",
                    "--test-passphrase",
                    "--key-file",
                    TestDisk.keyFile(directory),
                    disk)
                .output())
        .contains("not a valid LUKS device");
    assertThat(disk).hasBinaryContent(half);
    engine.rollBack(
        new InPlaceRequest(disk, TestDisk.key(), TestDisk.otherKey()),
        ProgressListener.SILENT,
        new CancelToken());
    cryptsetupOpens(TestDisk.KEY_TEXT);
    holdsTheSame(TestDisk.key());
    assertThat(Files.size(disk)).isEqualTo(whole.length);
  }

  @Test
  void luks2InsideQcow2IsRefused() {
    Path qcow2 = directory.resolve("disk.qcow2");
    copies.prepare(new TargetImage(qcow2, ContainerFormat.QCOW2, DiskKey.NONE), MIB);
    assertThatThrownBy(() ->
            engine.convert(
                new InPlaceRequest(
                    qcow2,
                    SourceFormat.DETECT,
                    DiskKey.NONE,
                    TestDisk.key(),
                    Optional.of(LuksVersion.LUKS2)),
                ProgressListener.SILENT,
                new CancelToken()))
        .isInstanceOf(DiskException.UnsupportedImage.class)
        .hasMessageContaining("QEMU opens no LUKS2 inside qcow2");
  }

  private void convert(DiskKey present, DiskKey wanted, Optional<LuksVersion> luks) {
    engine.convert(
        new InPlaceRequest(disk, SourceFormat.DETECT, present, wanted, luks),
        ProgressListener.SILENT,
        new CancelToken());
  }

  private void cryptsetupOpens(String key) throws IOException {
    Path keyFile = Files.writeString(directory.resolve("key-" + key.charAt(0)), key);
    Tools.run("cryptsetup", "open", "--test-passphrase", "--key-file", keyFile, disk);
  }

  private void holdsTheSame(DiskKey key) throws IOException {
    Path clear = directory.resolve("clear.raw");
    Files.deleteIfExists(clear);
    copies.copy(
        new CopyRequest(
            new SourceImage(disk, key), new TargetImage(clear, ContainerFormat.RAW, DiskKey.NONE)),
        ProgressListener.SILENT,
        new CancelToken());
    assertThat(clear).hasSameBinaryContentAs(before);
  }

  private void stopHalfWay() {
    CancelToken stop = new CancelToken();
    Work work =
        new Work(
            new InPlaceRequest(disk, TestDisk.key(), TestDisk.otherKey()),
            new SecureRandom(),
            Machine.JAVA,
            new SidecarNote(disk),
            (all, done, shift) ->
                shift.accept(
                    new Conversion.Crew(
                        new Pace((moved, total) -> {}, stop, all),
                        new Passage.Workers(Runnable::run, 1),
                        new CancelAfter(1, stop))));
    try (ImageFile image = ImageFile.openToChange(disk)) {
      assertThatThrownBy(() -> work.start(image, SourceFormat.DETECT, planned -> {}))
          .isInstanceOf(DiskException.Cancelled.class);
    }
  }
}
