package io.keymoor.host.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.crypto.SealedFile;
import io.keymoor.host.testing.SecretForms;
import io.keymoor.host.testing.TestHost;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostConfigurationTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final UUID LAB = UUID.fromString("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");
  private static final UUID WEB = UUID.fromString("0b8f1a52-7c1d-4e7e-8a34-5d9e6f7a8b9c");
  private static final UUID HOST = UUID.fromString("11111111-2222-4333-8444-555555555555");
  private static final Path NOWHERE = Path.of("host.config");

  @TempDir Path path;

  private static SecretBytes goldenKdk() {
    byte[] clear = new byte[32];
    Arrays.fill(clear, (byte) 0xd1);
    return SecretBytes.takeOver(clear);
  }

  private static SecretBytes goldenSealingKey() {
    return SecretBytes.takeOver(
        HexFormat.of()
            .parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = HostConfigurationTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  private static StoredProvider lab(HostConfiguration configuration, SecretBytes kdk) {
    return new StoredProvider(
        LAB,
        "lab",
        List.of("test"),
        "native",
        false,
        KeyCheckValue.of(kdk).hex(),
        Optional.of(configuration.seal(LAB, kdk)),
        "");
  }

  @Test
  void whatWasWrittenIsThereAfterARestart() {
    TestHost host = TestHost.initialised(path);
    try (SecretBytes kdk = SecretBytes.random(32, RANDOM)) {
      try (HostConfiguration configuration = host.configuration()) {
        configuration.replaceProviders(7, List.of(lab(configuration, kdk)), false);
        configuration.replaceHostKey(
            new StoredHostKey(LAB, "lab", "native", "k1", "0011223344556677", "AAAA"));
        configuration.saw(WEB, 4);
        configuration.saw(WEB, 3);
        configuration.enrolledAs(HOST);
      }
      try (HostConfiguration again = host.configuration()) {
        // Enrolled under a first id: the manager's revisions begin anew, the keys stay.
        assertThat(again.desiredRevision()).isZero();
        assertThat(again.hostId()).contains(HOST);
        assertThat(again.hostName()).isEqualTo("kvm1");
        assertThat(again.seen(WEB)).isEqualTo(4);
        assertThat(again.hostKey()).map(StoredHostKey::keyId).contains("k1");
        try (SecretBytes stored = again.kdk(again.providers().getFirst()).orElseThrow()) {
          assertThat(stored).isEqualTo(kdk);
        }
        again.accept(WEB, 2);
        assertThat(again.seen(WEB)).isEqualTo(2);
      }
    }
  }

  @Test
  void filesAreTheOwnersAloneAndHoldNoKeyInAnyCommonForm() throws IOException {
    TestHost host = TestHost.initialised(path.resolve("new/host"));
    byte[] clear = new byte[32];
    RANDOM.nextBytes(clear);
    try (SecretBytes kdk = SecretBytes.takeOver(clear.clone());
        HostConfiguration configuration = host.configuration()) {
      configuration.replaceProviders(1, List.of(lab(configuration, kdk)), false);
    }
    for (byte[] contents : host.files()) {
      SecretForms.assertAbsent(contents, clear);
    }
    HostDirectory directory = host.directory();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.configuration())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.key().file())))
        .isEqualTo("rw-------");
  }

  @Test
  void aProviderThatIsGoneLeavesNoSealedKeyBehind() {
    TestHost host = TestHost.initialised(path);
    try (SecretBytes kdk = SecretBytes.random(32, RANDOM);
        HostConfiguration configuration = host.configuration()) {
      configuration.replaceProviders(1, List.of(lab(configuration, kdk)), false);
      configuration.replaceProviders(2, List.of(), false);
    }
    try (HostConfiguration again = host.configuration()) {
      assertThat(again.providers()).isEmpty();
      assertThat(again.desiredRevision()).isEqualTo(2);
    }
  }

  @Test
  void aCrashBeforeTheRenameLeavesTheOldConfiguration() throws IOException {
    TestHost host = TestHost.initialised(path);
    try (HostConfiguration configuration = host.configuration()) {
      configuration.saw(WEB, 1);
    }
    Path halfWritten = path.resolve(".host.config.new");
    Files.write(halfWritten, Arrays.copyOf(Files.readAllBytes(path.resolve("host.config")), 40));
    try (HostConfiguration configuration = host.configuration()) {
      assertThat(configuration.seen(WEB)).isEqualTo(1);
      configuration.saw(WEB, 2);
    }
    assertThat(halfWritten).doesNotExist();
    try (HostConfiguration configuration = host.configuration()) {
      assertThat(configuration.seen(WEB)).isEqualTo(2);
    }
  }

  @Test
  void aDamagedFileIsRefusedAndLeftAsItIs() throws IOException {
    TestHost host = TestHost.initialised(path);
    assertRefused(host, "host_configuration_damaged", bytes -> bytes[bytes.length / 2] ^= 1);
    assertRefused(host, "host_configuration_damaged", bytes -> bytes[0] ^= 1);
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    TestHost host = TestHost.initialised(path);
    byte[] whole = Files.readAllBytes(host.directory().configuration());
    for (int length : new int[] {0, 5, 30, whole.length - 1}) {
      Files.write(host.directory().configuration(), Arrays.copyOf(whole, length));
      assertThatThrownBy(host::configuration)
          .isInstanceOf(ConfigurationException.Damaged.class)
          .hasMessageContaining("left as it is");
    }
  }

  @Test
  void theConfigurationOfAnotherHostIsRefused() throws IOException {
    TestHost host = TestHost.initialised(path.resolve("one"));
    TestHost other = TestHost.initialised(path.resolve("two"));
    Files.copy(
        other.directory().configuration(),
        host.directory().configuration(),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(host::configuration)
        .isInstanceOf(ConfigurationException.Damaged.class)
        .hasMessageContaining("another host");
  }

  @Test
  void aNewerDocumentAndANewerBoxAreRefusedByName() throws IOException {
    TestHost host = TestHost.initialised(path);
    Path file = host.directory().configuration();
    try (SecretBytes key = host.directory().key().open()) {
      byte[] newer = "{\"format\":\"keymoor-host-configuration\",\"version\":3}".getBytes(UTF_8);
      SealedFile.writeDocument(file, key, "host/configuration", newer, RANDOM);
    }
    assertThatThrownBy(host::configuration)
        .isInstanceOf(ConfigurationException.NewerVersion.class)
        .hasMessageContaining("version 3")
        .hasMessageContaining("Update Keymoor");
    assertRefused(host, "host_configuration_newer", bytes -> bytes[8] = 9);
  }

  @Test
  void anotherDocumentUnderTheRightKeyIsRefused() {
    TestHost host = TestHost.initialised(path);
    try (SecretBytes key = host.directory().key().open()) {
      SealedFile.writeDocument(
          host.directory().configuration(),
          key,
          "host/configuration",
          "{\"format\":\"shopping-list\",\"version\":1}".getBytes(UTF_8),
          RANDOM);
    }
    assertThatThrownBy(host::configuration)
        .isInstanceOf(ConfigurationException.Damaged.class)
        .hasMessageContaining("another kind of document");
  }

  @Test
  void aMissingKeyFileIsNamed() throws IOException {
    TestHost host = TestHost.initialised(path);
    Files.delete(host.directory().key().file());
    assertThatThrownBy(host::configuration)
        .isInstanceOf(ConfigurationException.NotInitialised.class)
        .hasMessageContaining("host.key is missing");
  }

  @Test
  void aSecretDoesNotOpenInAnotherPlace() {
    try (SecretBytes key = goldenSealingKey();
        SecretBytes kdk = goldenKdk()) {
      SealedSecret sealed = SealedSecret.of(key, "kdk/" + LAB, kdk, RANDOM);
      assertThatThrownBy(() -> sealed.open(key, "kdk/" + WEB))
          .isInstanceOf(io.keymoor.crypto.CryptoException.WrongKey.class);
    }
  }

  @Test
  void theGoldenFileOfVersionOneIsRead() throws IOException {
    Path file = path.resolve("host.config");
    Files.write(file, golden("golden-v1.config"));
    try (HostConfiguration configuration =
            HostConfiguration.open(file, HostConfigurationTest::goldenSealingKey, RANDOM);
        SecretBytes kdk = goldenKdk();
        SecretBytes stored = configuration.kdk(configuration.providers().getFirst()).orElseThrow();
        SecretBytes sealing = configuration.sealingKey()) {
      assertThat(configuration.hostName()).isEqualTo("golden");
      assertThat(configuration.libvirtUri()).isEqualTo("qemu:///system");
      assertThat(configuration.hostId()).contains(HOST);
      assertThat(configuration.desiredRevision()).isEqualTo(42);
      assertThat(configuration.seen(WEB)).isEqualTo(3);
      assertThat(configuration.tlsKey().getAlgorithm()).isEqualTo("EC");
      assertThat(sealing.length()).isEqualTo(32);
      assertThat(stored).isEqualTo(kdk);
      assertThat(configuration.hostKey()).map(StoredHostKey::keyId).contains("host-1");
    }
  }

  @Test
  void theGoldenDocumentIsWrittenAsItWasRead() throws IOException {
    byte[] json = golden("golden-v2.json");
    ConfigurationDocument document = ConfigurationDocument.read(json, NOWHERE);
    assertThat(new String(document.write(), UTF_8)).isEqualTo(new String(json, UTF_8).strip());
    ConfigurationDocument first = ConfigurationDocument.read(golden("golden-v1.json"), NOWHERE);
    assertThat(first.inner()).isEmpty();
    assertThat(first.keepsKeys()).isFalse();
    assertThat(first.providers()).isEqualTo(document.providers());
    assertThat(ConfigurationDocument.read(first.write(), NOWHERE)).isEqualTo(first);
  }

  @FuzzTest
  void everyDocumentIsReadOrRefused(byte[] json) {
    try {
      ConfigurationDocument document = ConfigurationDocument.read(json, NOWHERE);
      assertThat(ConfigurationDocument.read(document.write(), NOWHERE)).isEqualTo(document);
    } catch (ConfigurationException refused) {
      assertThat(refused.code()).startsWith("host_configuration_");
    }
  }

  private static void assertRefused(TestHost host, String code, Consumer<byte[]> change)
      throws IOException {
    Path file = host.directory().configuration();
    byte[] original = Files.readAllBytes(file);
    byte[] changed = original.clone();
    change.accept(changed);
    Files.write(file, changed);
    assertThatThrownBy(host::configuration)
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(code);
              assertThat(refused).hasMessageContaining("left as it is");
            });
    assertThat(Files.readAllBytes(file)).isEqualTo(changed);
    Files.write(file, original);
  }
}
