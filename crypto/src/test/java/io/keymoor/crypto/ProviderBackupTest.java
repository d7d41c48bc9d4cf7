package io.keymoor.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderBackupTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final UUID ID = UUID.fromString("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");
  private static final Instant EXPORTED = Instant.parse("2026-11-24T08:00:00Z");

  @ParameterizedTest
  @ValueSource(strings = {"lab", "[a, b]", "AB:CD", "Größe 東京", "="})
  void aBackupRestoresEverythingWhateverTheName(String name) {
    try (SecretBytes kdk = SecretBytes.random(32, RANDOM)) {
      byte[] file = new ProviderBackup(ID, name, true, EXPORTED, kdk).write(password("p4ss"));
      try (ProviderBackup read = ProviderBackup.read(file, password("p4ss"))) {
        assertThat(read.provider()).isEqualTo(ID);
        assertThat(read.name()).isEqualTo(name);
        assertThat(read.tpmRequired()).isTrue();
        assertThat(read.exported()).isEqualTo(EXPORTED);
        assertThat(read.kdk()).isEqualTo(kdk);
      }
    }
  }

  @Test
  void anEmptyPasswordWorks() {
    byte[] file = file("");
    try (ProviderBackup read = ProviderBackup.read(file, password(""))) {
      assertThat(read.provider()).isEqualTo(ID);
    }
    assertThatThrownBy(() -> ProviderBackup.read(file, password("x")))
        .isInstanceOf(CryptoException.WrongPassword.class);
  }

  @Test
  void aWrongPasswordIsSaidToBeOne() {
    assertThatThrownBy(() -> ProviderBackup.read(file("right"), password("wrong")))
        .isInstanceOf(CryptoException.WrongPassword.class)
        .hasMessageContaining("Nothing was changed");
  }

  @Test
  void aFileCutAnywhereIsDamaged() {
    byte[] file = file("p4ss");
    for (int length : new int[] {0, 1, 10, file.length / 2, file.length - 1}) {
      assertThatThrownBy(() -> ProviderBackup.read(Arrays.copyOf(file, length), password("p4ss")))
          .isInstanceOf(CryptoException.Damaged.class);
    }
  }

  @Test
  void whatIsNoPkcs12AtAllIsDamaged() {
    assertThatThrownBy(() -> ProviderBackup.read("not a backup".getBytes(UTF_8), password("p4ss")))
        .isInstanceOf(CryptoException.Damaged.class);
  }

  @Test
  void somebodyElsesPkcs12IsForeign() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setEntry(
        "other",
        new KeyStore.SecretKeyEntry(new SecretKeySpec(new byte[32], "AES")),
        new KeyStore.PasswordProtection(password("p4ss")));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.store(out, password("p4ss"));
    assertThatThrownBy(() -> ProviderBackup.read(out.toByteArray(), password("p4ss")))
        .isInstanceOf(CryptoException.Foreign.class)
        .hasMessageContaining("not a Keymoor key provider backup");
  }

  @Test
  void aHugeFileIsRefusedUnread() {
    assertThatThrownBy(() -> ProviderBackup.read(new byte[1 << 20], password("")))
        .isInstanceOf(CryptoException.Foreign.class);
  }

  @Test
  void changedBytesNeverGiveAnotherKey() {
    try (SecretBytes kdk = SecretBytes.random(32, RANDOM)) {
      byte[] file = new ProviderBackup(ID, "lab", true, EXPORTED, kdk).write(password("p4ss"));
      int refused = 0;
      for (int at = 0; at < file.length; at += 29) {
        byte[] changed = file.clone();
        changed[at] ^= 0x10;
        try (ProviderBackup read = ProviderBackup.read(changed, password("p4ss"))) {
          assertThat(read).isEqualTo(new ProviderBackup(ID, "lab", true, EXPORTED, kdk));
        } catch (CryptoException expected) {
          refused++;
        }
      }
      assertThat(refused).isGreaterThan(file.length / 29 / 2);
    }
  }

  @Test
  void opensslListsTheFile(@TempDir Path directory) throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/openssl")), "skipped: openssl is not installed");
    Path file = Files.write(directory.resolve("lab.p12"), file("p4ss"));
    Path password = Files.writeString(directory.resolve("password"), "p4ss\n");
    Process openssl =
        new ProcessBuilder(
                "openssl",
                "pkcs12",
                "-info",
                "-nokeys",
                "-in",
                file.toString(),
                "-passin",
                "file:" + password)
            .redirectErrorStream(true)
            .start();
    String output = new String(openssl.getInputStream().readAllBytes(), UTF_8);
    assertThat(openssl.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(openssl.exitValue()).as(output).isZero();
    assertThat(output)
        .contains("MAC: sha256", "Secret bag", "pkcs8ShroudedKeyBag", "keymoor-kdk")
        .contains(ID.toString());
  }

  private static byte[] file(String password) {
    try (SecretBytes kdk = SecretBytes.random(32, RANDOM)) {
      return new ProviderBackup(ID, "lab", false, EXPORTED, kdk).write(password(password));
    }
  }

  private static char[] password(String text) {
    return text.toCharArray();
  }
}
