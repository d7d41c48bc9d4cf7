package io.keymoor.disk.engine;

import static io.keymoor.disk.TestDisk.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.Machine;
import io.keymoor.disk.TestDisk;
import io.keymoor.disk.Tools;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyslotsTest {
  private final DiskEngine engine = new DiskEngine(new SecureRandom());
  private final Keyslots keyslots = new Keyslots(new SecureRandom());
  private final SecretBytes first = TestDisk.secret(TestDisk.KEY_TEXT);
  private final SecretBytes second = TestDisk.secret(TestDisk.OTHER_KEY_TEXT);

  @TempDir Path directory;
  private Path plain = Path.of("");
  private Path image = Path.of("");

  @BeforeEach
  void aDisk() throws IOException {
    plain = TestDisk.full(directory.resolve("plain.raw"), MIB, 1);
    image = directory.resolve("image");
  }

  @AfterEach
  void eraseKeys() {
    first.close();
    second.close();
  }

  @ParameterizedTest
  @EnumSource(ContainerFormat.class)
  void aKeyThatIsAddedOpensAndOneThatIsRemovedDoesNot(ContainerFormat format) {
    encrypt(format);
    assertThat(keyslots.add(image, first, TestDisk.otherKey())).isEqualTo(1);
    engine.verifyOpens(image, first);
    engine.verifyOpens(image, second);
    assertThat(keyslots.remove(image, first)).isEqualTo(1);
    assertThatThrownBy(() -> engine.verifyOpens(image, first))
        .isInstanceOf(DiskException.WrongKey.class);
    Path clear = directory.resolve("clear");
    engine.copy(
        new CopyRequest(
            new SourceImage(image, TestDisk.otherKey()),
            new TargetImage(clear, ContainerFormat.RAW, DiskKey.NONE)),
        ProgressListener.SILENT,
        new CancelToken());
    assertThat(clear).hasSameBinaryContentAs(plain);
  }

  @Test
  void eightKeysFitAndANinthIsRefused() {
    encrypt(ContainerFormat.RAW);
    for (int number = 1; number < 8; number++) {
      assertThat(keyslots.add(image, first, TestDisk.otherKey())).isEqualTo(number);
    }
    assertThatThrownBy(() -> keyslots.add(image, first, TestDisk.otherKey()))
        .isInstanceOf(DiskException.UnsupportedImage.class)
        .hasMessageContaining("none of its 8 keyslots is free");
    assertThat(keyslots.remove(image, second)).isEqualTo(7);
    engine.verifyOpens(image, first);
  }

  @Test
  void theLastKeyStaysAndAWrongOneRemovesNothing() throws IOException {
    encrypt(ContainerFormat.RAW);
    byte[] before = Files.readAllBytes(image);
    assertThatThrownBy(() -> keyslots.remove(image, first))
        .isInstanceOf(DiskException.UnsupportedImage.class)
        .hasMessageContaining("no other key would open it any more");
    assertThatThrownBy(() -> keyslots.remove(image, second))
        .isInstanceOf(DiskException.WrongKey.class);
    assertThatThrownBy(() -> keyslots.add(image, second, TestDisk.otherKey()))
        .isInstanceOf(DiskException.WrongKey.class);
    assertThat(image).hasBinaryContent(before);
    assertThatThrownBy(() -> keyslots.remove(plain, first))
        .isInstanceOf(DiskException.NotEncrypted.class);
  }

  @Test
  void cryptsetupAndQemuSeeTheKeysThatAreAddedHereAndTheOtherWayRound() throws IOException {
    Tools.require("cryptsetup");
    encrypt(ContainerFormat.RAW);
    Path keyFile = TestDisk.keyFile(directory);
    Path other = Files.writeString(directory.resolve("other"), TestDisk.OTHER_KEY_TEXT);
    keyslots.add(image, first, TestDisk.otherKey());
    Tools.run(
        "cryptsetup", "open", "--test-passphrase", "--key-slot", 1, "--key-file", other, image);
    Tools.run("cryptsetup", "luksKillSlot", "--batch-mode", image, 1);
    assertThatThrownBy(() -> engine.verifyOpens(image, second))
        .isInstanceOf(DiskException.WrongKey.class);
    Tools.run(
        "cryptsetup",
        "luksAddKey",
        "--batch-mode",
        "--pbkdf-force-iterations",
        1000,
        "--key-file",
        keyFile,
        image,
        other);
    engine.verifyOpens(image, second);
    keyslots.remove(image, first);
    assertThat(Tools.run("cryptsetup", "luksDump", image))
        .contains("Key Slot 0: DISABLED", "Key Slot 1: ENABLED");
  }

  /** For a block copy of a running VM. */
  @ParameterizedTest
  @EnumSource(ContainerFormat.class)
  void aPreparedImageHoldsWhatQemuWritesToIt(ContainerFormat format) throws IOException {
    Tools.require("qemu-img");
    engine.prepare(new TargetImage(image, format, TestDisk.key()), MIB);
    String options =
        format == ContainerFormat.RAW
            ? TestDisk.luksOptions(image)
            : TestDisk.qcow2LuksOptions(image);
    String secret = TestDisk.secretObject(TestDisk.keyFile(directory));
    String source = "driver=raw,file.filename=" + plain;
    Tools.run(
        "qemu-img",
        "convert",
        "-n",
        "--object",
        secret,
        "--image-opts",
        "--target-image-opts",
        source,
        options);
    Tools.run("qemu-img", "compare", "--object", secret, "--image-opts", source, options);
    if (format == ContainerFormat.QCOW2) {
      assertThat(Tools.run("qemu-img", "check", "--object", secret, "--image-opts", options))
          .contains("No errors were found");
    }
  }

  @Test
  void anImageThatCannotBePreparedLeavesNothingBehind() {
    DiskEngine full =
        new DiskEngine(
            TargetOpener.real(new SecureRandom(), Machine.JAVA), path -> 2 * MIB, Machine.JAVA);
    TargetImage target = new TargetImage(image, ContainerFormat.RAW, TestDisk.key());
    assertThatThrownBy(() -> full.prepare(target, MIB))
        .isInstanceOf(DiskException.NotEnoughSpace.class);
    assertThat(image).doesNotExist();
    assertThatThrownBy(() -> engine.prepare(target, 1000))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void encrypt(ContainerFormat format) {
    engine.copy(
        new CopyRequest(
            new SourceImage(plain, DiskKey.NONE), new TargetImage(image, format, TestDisk.key())),
        ProgressListener.SILENT,
        new CancelToken());
  }
}
