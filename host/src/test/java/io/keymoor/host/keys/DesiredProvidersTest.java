package io.keymoor.host.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.testing.FakeManager;
import io.keymoor.host.testing.SecretForms;
import io.keymoor.host.testing.TestHost;
import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.HostReport.EncryptionMode;
import io.keymoor.protocol.ProviderAssignment;
import io.keymoor.protocol.ProviderReport;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderException;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the manager wants and what the host makes of it, host encryption mode included. */
class DesiredProvidersTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final UUID LAB = UUID.fromString("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");
  private static final UUID SECOND = UUID.fromString("0b8f1a52-7c1d-4e7e-8a34-5d9e6f7a8b9c");
  private static final KeyId KEY = new KeyId("key-1");
  private static final Swap NO_SWAP = new Swap(Path.of("none"), Path.of("none"));

  @TempDir Path path;

  private final FakeManager manager = new FakeManager();
  private final HostKeys keys = new HostKeys();
  private final byte[] clear = new byte[32];
  private TestHost host;
  private HostConfiguration configuration;
  private SecretBytes kdk;

  @BeforeEach
  void enrol() {
    host = TestHost.enrolled(path.resolve("host"), manager);
    configuration = host.configuration();
    RANDOM.nextBytes(clear);
    kdk = SecretBytes.takeOver(clear.clone());
  }

  @AfterEach
  void close() {
    manager.close();
    keys.close();
    configuration.close();
    kdk.close();
  }

  private DesiredProviders providers() {
    return new DesiredProviders(configuration, keys, manager.hostId(), false);
  }

  private void apply(long revision, ProviderAssignment... wanted) {
    providers().apply(new DesiredState(revision, List.of(wanted)));
  }

  private static ProviderAssignment changed(
      ProviderAssignment of, boolean tpmRequired, String keyCheck) {
    return new ProviderAssignment(
        of.id(), of.name(), of.formerNames(), of.type(), tpmRequired, keyCheck, of.kdk());
  }

  private void assertReported(ProviderReport.State state, String words) {
    assertThat(providers().reports())
        .singleElement()
        .satisfies(report -> {
          assertThat(report.id()).isEqualTo(LAB);
          assertThat(report.state()).isEqualTo(state);
          assertThat(report.detail()).contains(words);
          assertThat(report.keyCheck().isEmpty()).isEqualTo(state != ProviderReport.State.READY);
        });
  }

  @Test
  void aProviderArrivesAndSurvivesARestartWithoutTheManager() {
    apply(3, manager.assignment(LAB, "lab", kdk));
    assertReported(ProviderReport.State.READY, "");
    try (HostConfiguration again = host.configuration();
        HostKeys afterRestart = new HostKeys()) {
      DesiredProviders restarted =
          new DesiredProviders(again, afterRestart, manager.hostId(), false);
      restarted.load();
      assertThat(restarted.revision()).isEqualTo(3);
      try (var before = keys.issue(LAB, KEY);
          var after = afterRestart.issue(LAB, KEY)) {
        assertThat(after.kek()).isEqualTo(before.kek());
      }
    }
  }

  @Test
  void aProviderThatIsNotWantedAnyMoreIsGone() {
    apply(1, manager.assignment(LAB, "lab", kdk));
    apply(2);
    assertThatThrownBy(() -> keys.issue(LAB, KEY)).isInstanceOf(ProviderException.NotFound.class);
    assertThat(configuration.providers()).isEmpty();
    assertThat(providers().revision()).isEqualTo(2);
  }

  @Test
  void aKeyWithAnotherCheckValueIsNeitherStoredNorTried() {
    apply(1, changed(manager.assignment(LAB, "lab", kdk), false, "0011223344556677"));
    assertReported(ProviderReport.State.ERROR, "check value differs");
    assertThat(configuration.providers().getFirst().kdk()).isEmpty();
  }

  @Test
  void aUselessDeliveryDoesNotCostTheKeyThatIsThere() {
    apply(1, manager.assignment(LAB, "lab", kdk));
    try (SecretBytes other = SecretBytes.random(32, RANDOM)) {
      ProviderAssignment wrong = manager.assignment(LAB, "lab", other);
      apply(2, changed(wrong, false, KeyCheckValue.of(kdk).hex()));
    }
    assertReported(ProviderReport.State.READY, "");
  }

  @Test
  void aKeySealedToAnotherPurposeIsRefused() {
    ProviderAssignment second = manager.assignment(SECOND, "lab", kdk);
    apply(
        1,
        new ProviderAssignment(
            LAB, "lab", List.of(), "native", false, second.keyCheck(), second.kdk()));
    assertReported(ProviderReport.State.ERROR, "does not open on this host");
  }

  @Test
  void aProviderThatWantsATpmIsRefusedHereEvenIfItsKeyWasSent() {
    ProviderAssignment lab = manager.assignment(LAB, "lab", kdk);
    apply(1, changed(lab, true, lab.keyCheck()));
    assertReported(ProviderReport.State.REFUSED, "TPM 2.0 required by provider lab");
    assertThat(configuration.providers().getFirst().kdk()).isEmpty();
  }

  @Test
  void aProviderOfAnUnknownTypeIsShownWithoutAKey() {
    apply(
        1,
        new ProviderAssignment(
            LAB, "kms", List.of(), "future", false, "0011223344556677", Optional.empty()));
    assertReported(ProviderReport.State.ERROR, "Update Keymoor");
  }

  @Test
  void aStateThatMakesNoSenseChangesNothing() {
    ProviderAssignment lab = manager.assignment(LAB, "lab", kdk);
    apply(1, lab);
    assertThatThrownBy(() -> apply(2, lab, lab)).isInstanceOf(MalformedDesiredState.class);
    assertThatThrownBy(() -> apply(2, changed(lab, false, "xyz")))
        .isInstanceOf(MalformedDesiredState.class);
    assertThatThrownBy(() -> apply(2, manager.assignment(LAB, "a/b", kdk)))
        .isInstanceOf(MalformedDesiredState.class);
    assertReported(ProviderReport.State.READY, "");
    assertThat(providers().revision()).isEqualTo(1);
  }

  @Test
  void noFileOfTheHostHoldsTheKeyInACommonForm() {
    apply(1, manager.assignment(LAB, "lab", kdk));
    encryption(NO_SWAP).needed(LAB);
    host.files().forEach(contents -> SecretForms.assertAbsent(contents, clear));
  }

  private HostEncryption encryption(Swap swap) {
    return new HostEncryption(configuration, keys, manager.hostId(), swap, RANDOM);
  }

  @Test
  void aHostIsPreparedUntilAKeyIsNeededAndSafeThen() {
    HostEncryption encryption = encryption(NO_SWAP);
    encryption.needed(LAB);
    assertThat(encryption.state().mode()).isEqualTo(EncryptionMode.PREPARED);

    apply(1, manager.assignment(LAB, "lab", kdk));
    assertThat(encryption.state().mode()).isEqualTo(EncryptionMode.PREPARED);
    encryption.needed(LAB);
    assertThat(encryption.state()).isEqualTo(new HostEncryption.State(EncryptionMode.SAFE, ""));
    String keyId = encryption.hostKey().orElseThrow().keyId();
    encryption.needed(LAB);
    assertThat(encryption.hostKey().orElseThrow().keyId()).isEqualTo(keyId);
  }

  @Test
  void aHostWhoseHostKeyIsGoneSaysSoAndMakesAnotherWhenKeysAreNeeded() {
    HostEncryption encryption = encryption(NO_SWAP);
    apply(1, manager.assignment(LAB, "lab", kdk));
    encryption.needed(LAB);
    try (SecretBytes other = SecretBytes.random(32, RANDOM)) {
      apply(2, manager.assignment(SECOND, "second", other));
      assertThat(encryption.state().mode()).isEqualTo(EncryptionMode.PREPARED);
      assertThat(encryption.state().detail()).contains("host key can't be had", "lab");
      encryption.needed(SECOND);
      assertThat(encryption.state().mode()).isEqualTo(EncryptionMode.SAFE);
      assertThat(encryption.hostKey().orElseThrow().provider()).isEqualTo(SECOND);
    }
  }

  @Test
  void aHostKeyGoesUnderAnotherProvidersKeyAndStaysWhatItIs() {
    HostEncryption encryption = encryption(NO_SWAP);
    try (SecretBytes other = SecretBytes.random(32, RANDOM)) {
      apply(1, manager.assignment(LAB, "lab", kdk), manager.assignment(SECOND, "second", other));
      encryption.needed(LAB);
      assertThat(encryption.rekey(SECOND, new KeyId("key-2")))
          .isEqualTo("The host key is under the new key.");
      apply(2, manager.assignment(SECOND, "second", other));
      assertThat(encryption.state().mode()).as("without lab").isEqualTo(EncryptionMode.SAFE);

      assertThatThrownBy(() -> encryption.rekey(LAB, new KeyId("key-3")))
          .isInstanceOf(ProviderException.NotFound.class);
      assertThat(encryption.hostKey().orElseThrow().keyId()).isEqualTo("key-2");
      assertThat(encryption.hostKey().orElseThrow().provider()).isEqualTo(SECOND);
    }
  }

  @Test
  void aHostWhoseClusterUsesKeysMakesItsHostKeyUnderTheNamedOneOnce() {
    HostEncryption encryption = encryption(NO_SWAP);
    encryption.assigned(LAB, new KeyId("key-1"));
    assertThat(encryption.hostKeyBytes()).as("the provider is not here yet").isEmpty();

    apply(1, manager.assignment(LAB, "lab", kdk));
    encryption.assigned(LAB, new KeyId("key-1"));
    assertThat(encryption.state().mode()).isEqualTo(EncryptionMode.SAFE);
    assertThat(encryption.hostKey().orElseThrow().keyId()).isEqualTo("key-1");
    encryption.assigned(LAB, new KeyId("key-2"));
    assertThat(encryption.hostKey().orElseThrow().keyId()).isEqualTo("key-1");

    try (SecretBytes before = encryption.hostKeyBytes().orElseThrow()) {
      encryption.rekey(LAB, new KeyId("key-3"));
      try (SecretBytes after = encryption.hostKeyBytes().orElseThrow()) {
        assertThat(after).as("what was encrypted with it still opens").isEqualTo(before);
      }
    }
  }

  @Test
  void clearSwapMakesAHostIncapable() throws IOException {
    Path swaps = path.resolve("swaps");
    Files.writeString(
        swaps,
        "Filename\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
            + "/dev/zram0                              partition\t8388604\t\t0\t\t100\n"
            + "/swap.img                               file\t\t8388604\t\t0\t\t-2\n");
    assertThat(encryption(new Swap(swaps, path)).state())
        .satisfies(state -> {
          assertThat(state.mode()).isEqualTo(EncryptionMode.INCAPABLE);
          assertThat(state.detail()).contains("/swap.img").doesNotContain("zram");
        });
  }

  @Test
  void swapInMemoryOrKeyedPerBootIsFine() throws IOException {
    Path device = Files.createFile(path.resolve("dm-0"));
    Files.createDirectories(path.resolve("block/dm-0/dm"));
    Files.writeString(path.resolve("block/dm-0/dm/uuid"), "CRYPT-PLAIN-swap\n");
    Path swaps = path.resolve("swaps");
    Files.writeString(
        swaps, "Filename\n/dev/zram0 partition 1 0 1\n" + device + " partition 1 0\n");
    assertThat(new Swap(swaps, path.resolve("block")).inClear()).isEmpty();
    Files.writeString(path.resolve("block/dm-0/dm/uuid"), "CRYPT-LUKS2-0011-swap\n");
    assertThat(new Swap(swaps, path.resolve("block")).inClear()).containsExactly(device.toString());
  }
}
