package io.keymoor.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealingTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String PURPOSE = "test/purpose";

  @TempDir Path directory;

  @Test
  void aSealedDocumentComesBackByteForByte() {
    byte[] document = "{\"version\":1}".getBytes(UTF_8);
    Path file = directory.resolve("document");
    try (SecretBytes key = SecretBytes.random(32, RANDOM);
        SecretBytes other = SecretBytes.random(32, RANDOM)) {
      SealedFile.writeDocument(file, key, PURPOSE, document, RANDOM);
      assertThat(SealedFile.readDocument(file, key, PURPOSE)).isEqualTo(document);
      assertThatThrownBy(() -> SealedFile.readDocument(file, other, PURPOSE))
          .isInstanceOf(CryptoException.WrongKey.class);
    }
  }

  @Test
  void aBoxOpensUnderItsKeyForItsPurposeOnly() {
    try (SecretBytes key = SecretBytes.random(32, RANDOM);
        SecretBytes other = SecretBytes.random(32, RANDOM);
        SecretBytes clear = SecretBytes.random(100, RANDOM)) {
      byte[] box = SealedBox.seal(key, PURPOSE, clear, RANDOM);
      try (SecretBytes opened = SealedBox.open(key, PURPOSE, box)) {
        assertThat(opened).isEqualTo(clear);
      }
      assertThatThrownBy(() -> SealedBox.open(other, PURPOSE, box))
          .isInstanceOf(CryptoException.WrongKey.class);
      assertThatThrownBy(() -> SealedBox.open(key, "another", box))
          .isInstanceOf(CryptoException.WrongKey.class);
    }
  }

  @Test
  void everyChangedOrMissingByteOfABoxIsNoticed() {
    try (SecretBytes key = SecretBytes.random(32, RANDOM)) {
      byte[] box = SealedBox.seal(key, PURPOSE, "contents".getBytes(UTF_8), RANDOM);
      for (int at = 0; at < box.length; at++) {
        byte[] changed = box.clone();
        changed[at] ^= 1;
        assertThatThrownBy(() -> SealedBox.open(key, PURPOSE, changed))
            .isInstanceOf(CryptoException.class);
        byte[] cut = Arrays.copyOf(box, at);
        assertThatThrownBy(() -> SealedBox.open(key, PURPOSE, cut))
            .isInstanceOf(CryptoException.class);
      }
    }
  }

  @Test
  void aBoxOfANewerVersionIsNamedAsSuch() {
    try (SecretBytes key = SecretBytes.random(32, RANDOM)) {
      byte[] box = SealedBox.seal(key, PURPOSE, new byte[8], RANDOM);
      box[8] = 2;
      assertThatThrownBy(() -> SealedBox.open(key, PURPOSE, box))
          .isInstanceOf(CryptoException.NewerVersion.class)
          .hasMessageContaining("version 2");
    }
  }

  @Test
  void sealedFilesAreReplacedWholeAndReadableByTheirOwnerOnly() throws IOException {
    Path file = directory.resolve("configuration.sealed");
    try (SecretBytes key = SecretBytes.random(32, RANDOM);
        SecretBytes first = SecretBytes.takeOver("first".getBytes(UTF_8));
        SecretBytes second = SecretBytes.takeOver("second".getBytes(UTF_8))) {
      SealedFile.write(file, key, PURPOSE, first, RANDOM);
      SealedFile.write(file, key, PURPOSE, second, RANDOM);
      try (SecretBytes read = SealedFile.read(file, key, PURPOSE)) {
        assertThat(read).isEqualTo(second);
      }
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aKeyFileIsNeverOverwrittenAndItsLengthIsChecked() throws IOException {
    Path file = directory.resolve("root.key");
    SealedFile.createKeyFile(file, RANDOM);
    assertThat(Files.size(file)).isEqualTo(32);
    assertThatThrownBy(() -> SealedFile.createKeyFile(file, RANDOM))
        .isInstanceOf(UncheckedIOException.class);
    Files.write(file, new byte[31]);
    assertThatThrownBy(() -> SealedFile.readKeyFile(file))
        .isInstanceOf(CryptoException.Damaged.class)
        .hasMessageContaining("31 bytes instead of 32");
  }

  /** RFC 9180 appendix A.1.1: the AES-128 suite, whose numbers the RFC prints. */
  @Test
  void hpkeSealsAsRfc9180Prints() {
    Hpke aes128 = new Hpke(0x0001, 16);
    byte[] recipient = hex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d");
    byte[] info = hex("4f6465206f6e2061204772656369616e2055726e");
    byte[] aad = hex("436f756e742d30");
    try (SecretBytes ephemeral =
            secret("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736");
        SecretBytes own =
            secret("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8");
        SecretBytes message =
            secret("4265617574792069732074727574682c20747275746820626561757479")) {
      byte[] sealed = aes128.seal(ephemeral, recipient, info, aad, message);
      assertThat(HexFormat.of().formatHex(sealed))
          .isEqualTo(
              "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"
                  + "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9"
                  + "6d8770ac83d07bea87e13c512a");
      assertThat(Hpke.publicKey(own)).isEqualTo(recipient);
      try (SecretBytes opened = aes128.openSealed(own, info, aad, sealed)) {
        assertThat(opened).isEqualTo(message);
      }
    }
  }

  @Test
  void onlyTheRecipientOpensAndOnlyForTheSamePurpose() {
    try (SecretBytes own = Hpke.newPrivateKey(RANDOM);
        SecretBytes stranger = Hpke.newPrivateKey(RANDOM);
        SecretBytes message = SecretBytes.random(32, RANDOM)) {
      byte[] info = {1};
      byte[] aad = {2};
      byte[] sealed = Hpke.seal(Hpke.publicKey(own), info, aad, message, RANDOM);
      try (SecretBytes opened = Hpke.open(own, info, aad, sealed)) {
        assertThat(opened).isEqualTo(message);
      }
      assertThatThrownBy(() -> Hpke.open(stranger, info, aad, sealed))
          .isInstanceOf(CryptoException.WrongKey.class);
      assertThatThrownBy(() -> Hpke.open(own, aad, aad, sealed))
          .isInstanceOf(CryptoException.WrongKey.class);
      assertThatThrownBy(() -> Hpke.open(own, info, info, sealed))
          .isInstanceOf(CryptoException.WrongKey.class);
    }
  }

  /** Points of small order would make the shared secret known to everybody (RFC 7748 section 6). */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
      })
  void publicKeysOfSmallOrderAreRefused(String point) {
    try (SecretBytes message = SecretBytes.random(32, RANDOM)) {
      assertThatThrownBy(() -> Hpke.seal(hex(point), new byte[0], new byte[0], message, RANDOM))
          .isInstanceOf(CryptoException.Damaged.class);
    }
  }

  @Test
  void shortMessagesAreNoMessages() {
    try (SecretBytes own = Hpke.newPrivateKey(RANDOM)) {
      assertThatThrownBy(() -> Hpke.open(own, new byte[0], new byte[0], new byte[47]))
          .isInstanceOf(CryptoException.Damaged.class);
    }
  }

  private static SecretBytes secret(String hex) {
    return SecretBytes.takeOver(hex(hex));
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
