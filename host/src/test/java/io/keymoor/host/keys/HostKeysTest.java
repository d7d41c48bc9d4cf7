package io.keymoor.host.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.host.keys.HeldProvider.Holding;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import io.keymoor.provider.record.KeyReference;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostKeysTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final UUID LAB = UUID.fromString("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");
  private static final KeyId KEY = new KeyId("key-1");

  private final HostKeys keys = new HostKeys();

  @AfterEach
  void erase() {
    keys.close();
  }

  private static ProviderReference reference(UUID id, String name) {
    return new ProviderReference(id, new ProviderName(name), ProviderType.NATIVE);
  }

  private static HeldProvider without(UUID id, String name, Holding holding) {
    return new HeldProvider(
        reference(id, name),
        List.of(),
        Optional.of(new KeyCheckValue("0011223344556677")),
        holding);
  }

  /** A record's reference to a key of the provider "lab" as it is now. */
  private KeyReference used() {
    try (IssuedKey key = keys.issue(LAB, KEY)) {
      return new KeyReference(key.provider(), key.id(), key.check());
    }
  }

  private SecretBytes hold(UUID id, String name) {
    SecretBytes kdk = SecretBytes.random(32, RANDOM);
    SecretBytes copy = kdk.copy();
    keys.replace(List.of(HeldProvider.ready(reference(id, name), kdk)));
    return copy;
  }

  private void assertUnavailable(KeyReference key, String words) {
    assertThatThrownBy(() -> keys.kek(key))
        .isInstanceOf(ProviderException.KeyUnavailable.class)
        .hasMessageContaining("key-1")
        .hasMessageContaining(words);
  }

  @Test
  void theKeyThatWasIssuedIsHadAgain() {
    hold(LAB, "lab").close();
    try (IssuedKey issued = keys.issue(LAB, KEY);
        SecretBytes again = keys.kek(used());
        SecretBytes cached = keys.kek(used())) {
      assertThat(again).isEqualTo(issued.kek());
      assertThat(cached).isEqualTo(issued.kek());
      assertThat(keys.provider(LAB)).contains(reference(LAB, "lab"));
    }
  }

  @Test
  void closingAKeyThatWasHandedOutLeavesTheCacheWhole() {
    hold(LAB, "lab").close();
    KeyReference key = used();
    keys.kek(key).close();
    try (SecretBytes again = keys.kek(key)) {
      assertThat(again.isClosed()).isFalse();
    }
  }

  @Test
  void aProviderWithTheRightNameAndTheWrongKeyIsNeverTried() {
    hold(LAB, "lab").close();
    KeyReference key = used();
    hold(UUID.randomUUID(), "LAB").close();
    assertUnavailable(key, "has another key than the one that was used");
  }

  @Test
  void aProviderWithTheRightIdAndTheWrongKeyIsNeverTried() {
    hold(LAB, "lab").close();
    KeyReference key = used();
    hold(LAB, "lab").close();
    assertUnavailable(key, "has another key than the one that was used");
  }

  @Test
  void aProviderThatIsFoundByNameOrFormerNameServesWhenItsKeyIsTheRightOne() {
    SecretBytes kdk = hold(LAB, "lab");
    KeyReference key = used();
    keys.replace(List.of(HeldProvider.ready(reference(UUID.randomUUID(), "lab"), kdk.copy())));
    keys.kek(key).close();
    keys.replace(
        List.of(
            new HeldProvider(
                reference(UUID.randomUUID(), "lab2"),
                List.of(new ProviderName("Lab")),
                Optional.of(KeyCheckValue.of(kdk)),
                new Holding.Ready(kdk))));
    keys.kek(key).close();
  }

  @Test
  void aRenamedProviderIsFoundByItsId() {
    SecretBytes kdk = hold(LAB, "lab");
    KeyReference key = used();
    keys.replace(List.of(HeldProvider.ready(reference(LAB, "renamed"), kdk)));
    keys.kek(key).close();
  }

  @Test
  void nothingIsLeftOfAProviderThatIsGone() {
    SecretBytes kdk = SecretBytes.random(32, RANDOM);
    keys.replace(List.of(HeldProvider.ready(reference(LAB, "lab"), kdk)));
    KeyReference key = used();
    keys.kek(key).close();
    keys.replace(List.of());
    assertThat(kdk.isClosed()).isTrue();
    assertUnavailable(key, "does not have that provider");
    assertThatThrownBy(() -> keys.issue(LAB, KEY)).isInstanceOf(ProviderException.NotFound.class);
    assertThat(keys.provider(LAB)).isEmpty();
  }

  @Test
  void cachedKeysAreGoneWhenTheHostLosesTheKeyButKeepsTheProvider() {
    hold(LAB, "lab").close();
    KeyReference key = used();
    keys.kek(key).close();
    keys.replace(List.of(without(LAB, "lab", new Holding.TpmRequired())));
    assertUnavailable(key, "TPM 2.0 required by provider lab");
    assertThatThrownBy(() -> keys.issue(LAB, KEY))
        .isInstanceOf(ProviderException.TpmRequired.class)
        .hasMessageContaining("TPM 2.0 required by provider lab");
  }

  @Test
  void anUnusableProviderSaysWhy() {
    keys.replace(List.of(without(LAB, "lab", new Holding.Unusable("the key was not sent."))));
    assertThatThrownBy(() -> keys.issue(LAB, KEY))
        .isInstanceOf(ProviderException.KeyUnavailable.class)
        .hasMessageContaining("the key was not sent.");
  }

  @Test
  void listenersHearOfChangesUntilTheyLeave() {
    AtomicInteger heard = new AtomicInteger();
    Subscription subscription = keys.onChange(heard::incrementAndGet);
    hold(LAB, "lab").close();
    assertThat(heard).hasValue(1);
    subscription.close();
    keys.replace(List.of());
    assertThat(heard).hasValue(1);
  }
}
