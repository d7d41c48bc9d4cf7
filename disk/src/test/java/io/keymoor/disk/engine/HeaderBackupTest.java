package io.keymoor.disk.engine;

import static io.keymoor.disk.TestDisk.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.TestDisk;
import io.keymoor.disk.Tools;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeaderBackupTest {
  private final DiskEngine engine = new DiskEngine(new SecureRandom());
  private final SecretBytes key = TestDisk.secret(TestDisk.KEY_TEXT);
  private final SecretBytes otherKey = TestDisk.secret(TestDisk.OTHER_KEY_TEXT);

  @TempDir Path directory;
  private Path plain = Path.of("");
  private Path image = Path.of("");
  private Path backup = Path.of("");

  @BeforeEach
  void anEncryptedDisk() throws IOException {
    plain = TestDisk.full(directory.resolve("plain.raw"), MIB, 1);
    image = encrypted("image");
    backup = directory.resolve("backup");
  }

  @AfterEach
  void eraseKeys() {
    key.close();
    otherKey.close();
  }

  private Path encrypted(String name) {
    Path path = directory.resolve(name);
    engine.copy(
        new CopyRequest(
            new SourceImage(plain, DiskKey.NONE),
            new TargetImage(path, ContainerFormat.RAW, TestDisk.key())),
        ProgressListener.SILENT,
        new CancelToken());
    return path;
  }

  @Test
  void aDestroyedHeaderIsPutBackAndTheDiskOpensAgain() throws IOException {
    byte[] before = Files.readAllBytes(image);
    HeaderBackup.save(image, backup);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
        .isEqualTo("rw-------");
    new Shredder(new SecureRandom()).destroyHeader(image);
    assertThatThrownBy(
            () -> HeaderBackup.restore(image, backup, key, HeaderBackup.Present.SAME_CONTAINER))
        .isInstanceOf(DiskException.DamagedImage.class);
    HeaderBackup.restore(image, backup, key, HeaderBackup.Present.ANYTHING);
    assertThat(image).hasBinaryContent(before);
  }

  @Test
  void aBackupOpensWithTheKeysOfItsDay() {
    HeaderBackup.save(image, backup);
    Keyslots keyslots = new Keyslots(new SecureRandom());
    keyslots.add(image, key, TestDisk.otherKey());
    keyslots.remove(image, key);
    assertThatThrownBy(() ->
            HeaderBackup.restore(image, backup, otherKey, HeaderBackup.Present.SAME_CONTAINER))
        .isInstanceOf(DiskException.WrongKey.class);
    HeaderBackup.restore(image, backup, key, HeaderBackup.Present.SAME_CONTAINER);
    engine.verifyOpens(image, key);
  }

  @Test
  void aBackupOfAnotherContainerIsRefused() throws IOException {
    HeaderBackup.save(image, backup);
    Path other = encrypted("other");
    byte[] before = Files.readAllBytes(other);
    assertThatThrownBy(
            () -> HeaderBackup.restore(other, backup, key, HeaderBackup.Present.SAME_CONTAINER))
        .isInstanceOf(DiskException.UnsupportedImage.class)
        .hasMessageContaining("the backup is of container");
    assertThat(other).hasBinaryContent(before);
  }

  @Test
  void savingOverwritesNothingAndNeedsAHeader() throws IOException {
    Files.writeString(backup, "precious");
    assertThatThrownBy(() -> HeaderBackup.save(image, backup))
        .isInstanceOf(DiskException.TargetExists.class);
    assertThatThrownBy(() -> HeaderBackup.save(plain, directory.resolve("none")))
        .isInstanceOf(DiskException.NotEncrypted.class);
    assertThat(directory.resolve("none")).doesNotExist();
  }

  @Test
  void cryptsetupRestoresOurBackupsAndWeRestoreIts() throws IOException {
    Tools.require("cryptsetup");
    byte[] before = Files.readAllBytes(image);
    HeaderBackup.save(image, backup);
    Path theirs = directory.resolve("theirs");
    Tools.run("cryptsetup", "luksHeaderBackup", image, "--header-backup-file", theirs);
    new Shredder(new SecureRandom()).destroyHeader(image);
    Tools.run(
        "cryptsetup", "luksHeaderRestore", "--batch-mode", image, "--header-backup-file", backup);
    engine.verifyOpens(image, key);
    HeaderBackup.restore(image, theirs, key, HeaderBackup.Present.SAME_CONTAINER);
    assertThat(image).hasBinaryContent(before);
  }
}
