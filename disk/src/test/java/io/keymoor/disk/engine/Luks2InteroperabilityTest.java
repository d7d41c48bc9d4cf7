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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cryptsetup opens the LUKS2 that is written here, and the other way round. */
class Luks2InteroperabilityTest {
  private final DiskEngine engine = new DiskEngine(new SecureRandom());

  @TempDir Path directory;
  private Path plain = Path.of("");
  private Path luks = Path.of("");

  @BeforeEach
  void needCryptsetup() throws IOException {
    Tools.require("cryptsetup");
    plain = TestDisk.full(directory.resolve("plain.raw"), 5 * MIB + 4096, 1);
    luks = directory.resolve("disk.luks2");
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void cryptsetupOpensAndDescribesWhatIsWrittenHere(int sector) throws IOException {
    encrypt(sector, TestDisk.key());
    assertThat(Tools.run("cryptsetup", "luksDump", luks))
        .contains(
            "Version:       \t2",
            "cipher: aes-xts-plain64",
            "sector: " + sector + " [bytes]",
            "PBKDF:      pbkdf2",
            "0: keymoor");
    Path keyFile = TestDisk.keyFile(directory);
    Tools.run("cryptsetup", "open", "--test-passphrase", "--key-file", keyFile, luks);
    Path wrong = Files.writeString(directory.resolve("wrong"), TestDisk.OTHER_KEY_TEXT);
    assertThat(
            Tools.tryRun("cryptsetup", "open", "--test-passphrase", "--key-file", wrong, luks)
                .exitCode())
        .isEqualTo(2);
  }

  /** The one way to cryptsetup's view of the contents without a device mapper. */
  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void cryptsetupDecryptsWhatIsWrittenHereToTheSameBytes(int sector) throws IOException {
    encrypt(sector, TestDisk.key());
    Tools.run(
        "cryptsetup",
        "reencrypt",
        "--batch-mode",
        "--decrypt",
        "--force-offline-reencrypt",
        "--header",
        directory.resolve("exported"),
        "--key-file",
        TestDisk.keyFile(directory),
        luks);
    assertThat(Arrays.mismatch(Files.readAllBytes(plain), Files.readAllBytes(luks)))
        .isIn(-1, (int) Files.size(plain));
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void cryptsetupReencryptsWhatIsWrittenHereAndTheResultIsReadBack(int sector) throws IOException {
    encrypt(sector, TestDisk.key());
    Tools.run(
        "cryptsetup",
        "reencrypt",
        "--batch-mode",
        "--force-offline-reencrypt",
        "--key-file",
        TestDisk.keyFile(directory),
        "--pbkdf",
        "pbkdf2",
        "--pbkdf-force-iterations",
        1000,
        luks);
    decryptsToThePlainDisk();
  }

  @ParameterizedTest
  @CsvSource({"argon2id, 512", "argon2id, 4096", "pbkdf2, 512", "pbkdf2, 4096"})
  void readsWhatCryptsetupEncrypted(String pbkdf, int sector) throws IOException {
    byte[] content = Files.readAllBytes(plain);
    Files.write(luks, Arrays.copyOf(content, content.length + 32 * MIB));
    Object[] cost =
        pbkdf.equals("pbkdf2")
            ? new Object[] {"--pbkdf-force-iterations", 1000}
            : new Object[] {
              "--pbkdf-force-iterations", 4, "--pbkdf-memory", 1024, "--pbkdf-parallel", 2
            };
    Object[] command = {
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
      sector,
      "--pbkdf",
      pbkdf,
      "--key-file",
      TestDisk.keyFile(directory)
    };
    Object[] all = Arrays.copyOf(command, command.length + cost.length + 1);
    System.arraycopy(cost, 0, all, command.length, cost.length);
    all[all.length - 1] = luks;
    Tools.run(all);
    Path clear = decrypt();
    assertThat(Arrays.mismatch(content, Files.readAllBytes(clear))).isIn(-1, content.length);
  }

  @Test
  void readsDisksWhoseLastSectorsFillNoPageAndWritesThemBackInSectorsOf512Bytes()
      throws IOException {
    plain = TestDisk.full(directory.resolve("odd.raw"), 3 * MIB + 512, 2);
    encrypt(512, TestDisk.key());
    decryptsToThePlainDisk();
    Path other = directory.resolve("other.luks2");
    assertThatThrownBy(() ->
            copy(
                new SourceImage(plain, DiskKey.NONE),
                new TargetImage(
                    other, ContainerFormat.RAW, TestDisk.key(), LuksVersion.LUKS2, 4096)))
        .isInstanceOf(DiskException.UnsupportedImage.class)
        .hasMessageContaining("no whole number of 4096-byte sectors");
    assertThat(other).doesNotExist();
  }

  @Test
  void aPassphraseGetsNoTokenAndACostlyKeyslot() throws IOException {
    try (SecretBytes words = TestDisk.secret("correct horse battery")) {
      encrypt(512, new DiskKey.Passphrase(words));
    }
    assertThat(Tools.run("cryptsetup", "luksDump", luks))
        .contains("Iterations: 1000000")
        .doesNotContain("keymoor");
  }

  @Test
  void describesAndShredsLuks2AndRefusesItInsideQcow2() {
    encrypt(4096, TestDisk.key());
    ImageDescription description = ImageInspector.inspect(luks);
    assertThat(description.encryption()).isEqualTo(DiskEncryption.LUKS2);
    assertThat(description.virtualSizeBytes()).isEqualTo(5 * MIB + 4096);
    assertThatThrownBy(() ->
            copy(
                new SourceImage(plain, DiskKey.NONE),
                new TargetImage(
                    directory.resolve("no"),
                    ContainerFormat.QCOW2,
                    TestDisk.key(),
                    LuksVersion.LUKS2,
                    512)))
        .hasMessageContaining("QEMU opens no LUKS2 inside qcow2");
    new Shredder(new SecureRandom()).destroyHeader(luks);
    assertThatThrownBy(this::decrypt).isInstanceOf(DiskException.NotEncrypted.class);
  }

  private void encrypt(int sector, DiskKey key) {
    copy(
        new SourceImage(plain, DiskKey.NONE),
        new TargetImage(luks, ContainerFormat.RAW, key, LuksVersion.LUKS2, sector));
  }

  private Path decrypt() {
    Path clear = directory.resolve("clear.raw");
    copy(
        new SourceImage(luks, TestDisk.key()),
        new TargetImage(clear, ContainerFormat.RAW, DiskKey.NONE));
    return clear;
  }

  private void decryptsToThePlainDisk() {
    assertThat(decrypt()).hasSameBinaryContentAs(plain);
  }

  private void copy(SourceImage from, TargetImage to) {
    engine.copy(new CopyRequest(from, to), ProgressListener.SILENT, new CancelToken());
  }
}
