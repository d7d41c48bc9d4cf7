package io.keymoor.host.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.testing.FakeManager;
import io.keymoor.host.testing.SecretForms;
import io.keymoor.host.testing.TestHost;
import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.HeldKeys;
import io.keymoor.protocol.HostReport.EncryptionMode;
import io.keymoor.protocol.KeyDigest;
import io.keymoor.protocol.KeyNames;
import io.keymoor.protocol.KeyUpdate;
import io.keymoor.protocol.MissingKeys;
import io.keymoor.protocol.ProviderAssignment;
import io.keymoor.protocol.ProviderReport;
import io.keymoor.protocol.SealedKeys;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import io.keymoor.provider.record.KeyReference;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** KEKs of standard providers on their way into a host, and what a host makes of them. */
class KeyUpdatesTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final UUID KMS = UUID.fromString("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");
  private static final UUID OTHER = UUID.fromString("0b8f1a52-7c1d-4e7e-8a34-5d9e6f7a8b9c");
  private static final KeyId KEY = new KeyId("key-1");

  @TempDir Path path;

  private final FakeManager manager = new FakeManager();
  private final HostKeys keys = new HostKeys();
  private final byte[] clear = new byte[32];
  private TestHost host;
  private HostConfiguration configuration;
  private KeyUpdates updates;
  private SecretBytes kek;

  @BeforeEach
  void enrol() {
    host = TestHost.enrolled(path.resolve("host"), manager);
    configuration = host.configuration();
    updates = new KeyUpdates(configuration, keys, manager.hostId(), FakeManager.CLUSTER);
    RANDOM.nextBytes(clear);
    kek = SecretBytes.takeOver(clear.clone());
    desire(1, FakeManager.standard(KMS, "kms"));
  }

  @AfterEach
  void close() {
    manager.close();
    keys.close();
    configuration.close();
    kek.close();
  }

  private DesiredProviders providers() {
    return new DesiredProviders(configuration, keys, manager.hostId(), false);
  }

  private void desire(long revision, ProviderAssignment... wanted) {
    providers().apply(new DesiredState(revision, List.of(wanted)));
  }

  private SealedKeys bundle(long revision) {
    return manager.sealed(revision, KMS, List.of("key-1"), List.of(kek));
  }

  private static KeyUpdate update(long revision, SealedKeys... bundles) {
    return new KeyUpdate(revision, false, List.of(), List.of(bundles), List.of());
  }

  private static KeyUpdate missing(long revision, String reason) {
    return new KeyUpdate(
        revision,
        false,
        List.of(),
        List.of(),
        List.of(new MissingKeys(KMS, reason, List.of("key-1"))));
  }

  private KeyReference reference(UUID provider, String name) {
    return new KeyReference(
        new ProviderReference(provider, new ProviderName(name), ProviderType.STANDARD),
        KEY,
        KeyCheckValue.of(kek));
  }

  private void assertHeld() {
    try (SecretBytes held = keys.kek(reference(KMS, "kms"));
        IssuedKey issued = keys.issue(KMS, KEY)) {
      assertThat(held).isEqualTo(kek);
      assertThat(issued.kek()).isEqualTo(kek);
      assertThat(issued.provider().type()).isEqualTo(ProviderType.STANDARD);
    }
  }

  private void assertUnavailable(String words) {
    assertThatThrownBy(() -> keys.kek(reference(KMS, "kms")))
        .isInstanceOf(ProviderException.KeyUnavailable.class)
        .hasMessageContaining("key-1")
        .hasMessageContaining("\"kms\"")
        .hasMessageContaining(words);
    assertThatThrownBy(() -> keys.issue(KMS, KEY)).hasMessageContaining(words);
  }

  private ProviderReport report() {
    return providers().reports().getFirst();
  }

  @Test
  void aDeliveredKeyServesOldAndNewUses() {
    updates.apply(update(5, bundle(5)));
    assertHeld();
    HeldKeys held = updates.held();
    assertThat(held.revision()).isEqualTo(5);
    assertThat(held.held())
        .isEqualTo(KeyDigest.ofHeld(List.of(new KeyNames(KMS, List.of("key-1")))));
    assertThat(held.listing()).isEmpty();
    assertThat(report().state()).isEqualTo(ProviderReport.State.READY);
  }

  @Test
  void tenThousandKeysArriveInOneUpdateAndAreNamedWhenTheManagerAsks() {
    List<SecretBytes> all = new ArrayList<>();
    List<SealedKeys> bundles = new ArrayList<>();
    List<String> names = IntStream.range(0, 10_000).mapToObj(i -> "vm-" + i).toList();
    for (int start = 0; start < 10_000; start += 1000) {
      List<SecretBytes> some =
          IntStream.range(0, 1000).mapToObj(_ -> SecretBytes.random(32, RANDOM)).toList();
      bundles.add(manager.sealed(3, KMS, names.subList(start, start + 1000), some));
      all.addAll(some);
    }
    updates.apply(new KeyUpdate(3, false, List.of(), bundles, List.of()));
    updates.apply(new KeyUpdate(3, true, List.of(), List.of(), List.of()));

    List<KeyNames> listing = updates.held().listing().orElseThrow();
    assertThat(listing)
        .singleElement()
        .satisfies(own -> assertThat(own.ids()).containsExactlyInAnyOrderElementsOf(names));
    assertThat(updates.held().held()).isEqualTo(KeyDigest.ofHeld(listing));
    assertThat(updates.held().listing()).as("told once").isEmpty();
    for (int i = 0; i < all.size(); i += 777) {
      try (IssuedKey issued = keys.issue(KMS, new KeyId("vm-" + i))) {
        assertThat(issued.kek()).isEqualTo(all.get(i));
      }
    }
    all.forEach(SecretBytes::close);
  }

  @Test
  void aKeyUnderTheRightNameWithAnotherValueIsNeverTried() {
    try (SecretBytes other = SecretBytes.random(32, RANDOM)) {
      updates.apply(update(1, manager.sealed(1, KMS, List.of("key-1"), List.of(other))));
    }
    assertThatThrownBy(() -> keys.kek(reference(KMS, "kms")))
        .isInstanceOf(ProviderException.KeyUnavailable.class)
        .hasMessageContaining("another than the one that was used");
  }

  @Test
  void aKeyIsFoundUnderTheNameOfItsProviderWhenTheIdIsUnknown() {
    updates.apply(update(1, bundle(1)));
    try (SecretBytes held = keys.kek(reference(OTHER, "kms"))) {
      assertThat(held).isEqualTo(kek);
    }
  }

  @Test
  void aBundleForAnotherHostClusterRevisionOrNameChangesNothing() {
    updates.apply(update(5, bundle(5)));
    KeyUpdates elsewhere =
        new KeyUpdates(configuration, keys, UUID.randomUUID(), FakeManager.CLUSTER);
    KeyUpdates moved = new KeyUpdates(configuration, keys, manager.hostId(), UUID.randomUUID());
    SealedKeys renamed = new SealedKeys(KMS, List.of("key-2"), bundle(6).sealed());
    SealedKeys foreign = new SealedKeys(OTHER, List.of("key-1"), bundle(6).sealed());

    assertThatThrownBy(() -> elsewhere.apply(update(6, bundle(6))))
        .isInstanceOf(MalformedKeyUpdate.class);
    assertThatThrownBy(() -> moved.apply(update(6, bundle(6))))
        .isInstanceOf(MalformedKeyUpdate.class);
    assertThatThrownBy(() -> updates.apply(update(6, bundle(5))))
        .as("sealed for another revision")
        .isInstanceOf(MalformedKeyUpdate.class);
    assertThatThrownBy(() -> updates.apply(update(6, bundle(6), renamed)))
        .isInstanceOf(MalformedKeyUpdate.class);
    assertThatThrownBy(() -> updates.apply(update(6, foreign)))
        .isInstanceOf(MalformedKeyUpdate.class);
    assertThat(updates.held().revision()).isEqualTo(5);
    assertHeld();

    moved.inCluster(FakeManager.CLUSTER);
    moved.apply(update(6, bundle(6)));
    assertThat(moved.held().revision()).isEqualTo(6);
  }

  @Test
  void anOlderUpdateThatIsPlayedAgainDoesNotBringAKeyBack() {
    KeyUpdate first = update(5, bundle(5));
    updates.apply(first);
    updates.apply(
        new KeyUpdate(
            6, false, List.of(new KeyNames(KMS, List.of("key-1"))), List.of(), List.of()));
    assertThatThrownBy(() -> updates.apply(first))
        .isInstanceOf(MalformedKeyUpdate.class)
        .hasMessageContaining("older than 6");
    assertThat(updates.held().held()).isEqualTo(KeyDigest.NOTHING_HELD);
    assertUnavailable("has not sent it");
  }

  @Test
  void aKeyThatCannotBeHadSaysWhyUntilItArrives() {
    updates.apply(missing(1, "KMS node a: connection refused."));
    assertUnavailable("KMS node a: connection refused.");
    assertThat(report().state()).isEqualTo(ProviderReport.State.ERROR);
    assertThat(report().detail()).contains("key-1", "KMS node a: connection refused.");
    assertThat(encryption().state().mode()).isEqualTo(EncryptionMode.ERROR);
    assertThat(encryption().state().detail()).contains("\"kms\"", "key-1", "refused");

    updates.apply(update(2, bundle(2)));
    assertHeld();
    assertThat(report().state()).isEqualTo(ProviderReport.State.READY);
    assertThat(encryption().state().mode()).isEqualTo(EncryptionMode.PREPARED);
  }

  @Test
  void aHostThatLacksAKeyOfItsVmsIsInErrorAlsoWhenNobodyToldIt() {
    assertThat(encryption().state().mode()).isEqualTo(EncryptionMode.PREPARED);
    assertUnavailable("has not sent it");
    assertThat(encryption().state().mode()).isEqualTo(EncryptionMode.ERROR);
  }

  @Test
  void theHostKeyWaitsForTheKekThatWasMadeForIt() {
    HostEncryption encryption = encryption();
    encryption.needed(KMS);
    encryption.assigned(KMS, KEY);
    assertThat(encryption.hostKey()).isEmpty();
    assertThat(encryption.state().mode()).isEqualTo(EncryptionMode.PREPARED);

    updates.apply(update(1, bundle(1)));
    encryption.needed(KMS);
    assertThat(encryption.hostKey()).as("an id of its own choice is in no KMS").isEmpty();
    encryption.assigned(KMS, KEY);
    assertThat(encryption.hostKey().orElseThrow().keyId()).isEqualTo("key-1");
    assertThat(encryption.state()).isEqualTo(new HostEncryption.State(EncryptionMode.SAFE, ""));
    encryption.assigned(KMS, new KeyId("key-2"));
    assertThat(encryption.hostKey().orElseThrow().keyId()).isEqualTo("key-1");
  }

  private HostEncryption encryption() {
    return new HostEncryption(
        configuration, keys, manager.hostId(), new Swap(Path.of("none"), Path.of("none")), RANDOM);
  }

  @Test
  void keysOfAProviderThatIsDeletedAreErasedAndItsRestorationNeedsThemAgain() {
    updates.apply(update(5, bundle(5)));
    desire(2);
    assertThat(keys.delivered().size()).isZero();
    desire(3, FakeManager.standard(KMS, "kms"));
    assertUnavailable("has not sent it");
  }

  @Test
  void keysOfAProviderThatIsNotAStandardOneOfThisHostAreNotTaken() {
    updates.apply(update(1, manager.sealed(1, OTHER, List.of("key-1"), List.of(kek))));
    assertThat(keys.delivered().size()).isZero();
  }

  @Test
  void deliveredKeysAreInNoFileOfTheHost() {
    updates.apply(update(5, bundle(5)));
    host.files().forEach(contents -> SecretForms.assertAbsent(contents, clear));
  }

  @Test
  void nothingIsLeftWhenTheHostsKeysAreClosed() {
    updates.apply(update(5, bundle(5)));
    keys.close();
    assertThat(keys.delivered().size()).isZero();
    assertThat(updates.held().listing()).isEqualTo(Optional.empty());
  }
}
