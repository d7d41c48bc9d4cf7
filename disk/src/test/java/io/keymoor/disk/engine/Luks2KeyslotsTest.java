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
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys and headers of LUKS2, with cryptsetup as the judge. */
class Luks2KeyslotsTest {
  private final DiskEngine engine = new DiskEngine(new SecureRandom());
  private final Keyslots keyslots = new Keyslots(new SecureRandom());
  private final SecretBytes first = TestDisk.secret(TestDisk.KEY_TEXT);
  private final SecretBytes second = TestDisk.secret(TestDisk.OTHER_KEY_TEXT);

  @TempDir Path directory;
  private Path image = Path.of("");
  private Path firstFile = Path.of("");
  private Path secondFile = Path.of("");

  @BeforeEach
  void anEncryptedDisk() throws IOException {
    Tools.require("cryptsetup");
    Path plain = TestDisk.full(directory.resolve("plain.raw"), MIB, 1);
    firstFile = TestDisk.keyFile(directory);
    secondFile = Files.writeString(directory.resolve("other"), TestDisk.OTHER_KEY_TEXT);
    image = encrypted(plain, "image");
  }

  private Path encrypted(Path plain, String name) {
    Path path = directory.resolve(name);
    engine.copy(
        new CopyRequest(
            new SourceImage(plain, DiskKey.NONE),
            new TargetImage(path, ContainerFormat.RAW, TestDisk.key(), LuksVersion.LUKS2, 4096)),
        ProgressListener.SILENT,
        new CancelToken());
    return path;
  }

  @AfterEach
  void eraseKeys() {
    first.close();
    second.close();
  }

  private void cryptsetupOpens(int slot, Path keyFile) {
    Tools.run(
        "cryptsetup",
        "open",
        "--test-passphrase",
        "--key-slot",
        slot,
        "--key-file",
        keyFile,
        image);
  }

  @Test
  void keysComeAndGoHereAndInCryptsetupInTurn() {
    assertThat(keyslots.add(image, first, TestDisk.otherKey())).isEqualTo(1);
    cryptsetupOpens(0, firstFile);
    cryptsetupOpens(1, secondFile);
    assertThat(Tools.run("cryptsetup", "luksDump", image)).contains("0: keymoor", "1: keymoor");
    assertThat(keyslots.remove(image, first)).isEqualTo(1);
    assertThatThrownBy(() -> engine.verifyOpens(image, first))
        .isInstanceOf(DiskException.WrongKey.class);
    assertThat(Tools.run("cryptsetup", "luksDump", image))
        .contains("1: keymoor")
        .doesNotContain("0: keymoor");
    Tools.run(
        "cryptsetup",
        "luksAddKey",
        "--batch-mode",
        "--pbkdf",
        "argon2id",
        "--pbkdf-force-iterations",
        4,
        "--pbkdf-memory",
        1024,
        "--key-file",
        secondFile,
        image,
        firstFile);
    engine.verifyOpens(image, first);
    assertThat(keyslots.add(image, first, TestDisk.otherKey())).isEqualTo(2);
    assertThat(keyslots.remove(image, second)).isEqualTo(2);
    cryptsetupOpens(0, firstFile);
  }

  @Test
  void tokensAndLabelsOfOthersStay() throws IOException {
    Tools.run("cryptsetup", "config", "--label", "archive", "--subsystem", "shelf", image);
    Path token =
        Files.writeString(
            directory.resolve("token"),
            "{\"type\":\"theirs\",\"keyslots\":[\"0\"],\"deep\":{\"list\":[1,\"\u00e9\",true]}}");
    Tools.run("cryptsetup", "token", "import", "--json-file", token, "--token-id", 5, image);
    keyslots.add(image, first, TestDisk.otherKey());
    assertThat(Tools.run("cryptsetup", "luksDump", image))
        .contains("archive", "shelf", "5: theirs");
    String exported = Tools.run("cryptsetup", "token", "export", "--token-id", 5, image);
    assertThat(exported).contains("deep", "true");
  }

  @Test
  void theLastKeyStaysAWrongOneRemovesNothingAndNoRoomIsSaid() throws IOException {
    byte[] before = Files.readAllBytes(image);
    assertThatThrownBy(() -> keyslots.remove(image, first))
        .isInstanceOf(DiskException.UnsupportedImage.class)
        .hasMessageContaining("no other key would open it any more");
    assertThatThrownBy(() -> keyslots.remove(image, second))
        .isInstanceOf(DiskException.WrongKey.class);
    assertThatThrownBy(() -> keyslots.add(image, second, TestDisk.otherKey()))
        .isInstanceOf(DiskException.WrongKey.class);
    assertThat(image).hasBinaryContent(before);
    int added = 0;
    try {
      for (; added < 40; added++) {
        keyslots.add(image, first, TestDisk.otherKey());
      }
    } catch (DiskException.UnsupportedImage full) {
      assertThat(full).hasMessageContaining("remove one first");
    }
    assertThat(added).isBetween(15, 31);
    cryptsetupOpens(added, secondFile);
    engine.verifyOpens(image, first);
    assertThat(keyslots.remove(image, second)).isEqualTo(added);
  }

  @Test
  void aDamagedCopyOfTheHeaderIsMadeWholeFirst() throws IOException {
    for (int damagedAt : new int[] {5000, 16384 + 5000}) {
      byte[] bytes = Files.readAllBytes(image);
      bytes[damagedAt] ^= 1;
      Files.write(image, bytes);
      keyslots.add(image, first, TestDisk.otherKey());
      assertThat(keyslots.remove(image, second)).isEqualTo(1);
      assertThat(Tools.run("cryptsetup", "luksDump", image)).contains("0: keymoor");
      cryptsetupOpens(0, firstFile);
    }
  }

  @Test
  void aHeaderIsKeptAndPutBackHereAndByCryptsetup() throws IOException {
    byte[] before = Files.readAllBytes(image);
    Path ours = directory.resolve("ours");
    Path theirs = directory.resolve("theirs");
    HeaderBackup.save(image, ours);
    Tools.run("cryptsetup", "luksHeaderBackup", image, "--header-backup-file", theirs);
    assertThat(Arrays.equals(Files.readAllBytes(ours), Files.readAllBytes(theirs))).isTrue();
    new Shredder(new SecureRandom()).destroyHeader(image);
    assertThatThrownBy(
            () -> HeaderBackup.restore(image, ours, second, HeaderBackup.Present.ANYTHING))
        .isInstanceOf(DiskException.WrongKey.class);
    HeaderBackup.restore(image, ours, first, HeaderBackup.Present.ANYTHING);
    assertThat(image).hasBinaryContent(before);
    keyslots.add(image, first, TestDisk.otherKey());
    Tools.run(
        "cryptsetup", "luksHeaderRestore", "--batch-mode", image, "--header-backup-file", ours);
    assertThatThrownBy(() -> engine.verifyOpens(image, second))
        .isInstanceOf(DiskException.WrongKey.class);
    keyslots.add(image, first, TestDisk.otherKey());
    HeaderBackup.restore(image, theirs, first, HeaderBackup.Present.SAME_CONTAINER);
    assertThat(image).hasBinaryContent(before);
    Path other = encrypted(directory.resolve("plain.raw"), "another");
    assertThatThrownBy(
            () -> HeaderBackup.restore(other, ours, first, HeaderBackup.Present.SAME_CONTAINER))
        .isInstanceOf(DiskException.UnsupportedImage.class)
        .hasMessageContaining("the backup is of container");
  }
}
