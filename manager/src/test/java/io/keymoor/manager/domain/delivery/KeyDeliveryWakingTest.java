package io.keymoor.manager.domain.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.HostCondition;
import io.keymoor.manager.domain.model.HostFacts;
import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.port.KekSealing;
import io.keymoor.manager.domain.port.KekSupply;
import io.keymoor.manager.domain.port.KeyNeeds;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import io.keymoor.secret.SecretBytes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Hosts that one ring woke at the same time. */
class KeyDeliveryWakingTest {
  private static final UUID CLUSTER = UUID.randomUUID();
  private static final UUID PROVIDER = UUID.randomUUID();
  private static final KeyName KEY = new KeyName(PROVIDER, new KeyId("key-1"));

  private final Host one = host("one");
  private final Host two = host("two");
  private final AtomicReference<Optional<KeyDelivery.Answer>> toTwo =
      new AtomicReference<>(Optional.empty());
  private Runnable whileOneLooks = () -> {};

  private static Host host(String name) {
    return new Host(
        UUID.randomUUID(),
        name,
        CLUSTER,
        "lab",
        new Host.Identity("", "", Instant.EPOCH),
        Optional.empty(),
        new HostFacts("", "", "", false, Duration.ZERO),
        new HostCondition(0, "off", "", "ok", Optional.empty(), Optional.empty()));
  }

  @Test
  void whoAsksWhileAnotherLooksWhatIsNeededHearsOfItToo() {
    try (KeyDelivery delivery =
        new KeyDelivery(
            this::needed,
            new OneFreshKey(),
            new NoSealing(),
            _ -> 1,
            _ -> {},
            DeliveryTiming.usual(),
            InstantSource.system())) {
      Thread asking =
          Thread.ofPlatform()
              .unstarted(() -> toTwo.set(Optional.of(delivery.answer(two, nothing()))));
      whileOneLooks =
          () -> {
            asking.start();
            // It either waits, or has its answer before it is known what is needed.
            await()
                .atMost(Duration.ofMinutes(2))
                .until(() ->
                    asking.getState() == Thread.State.WAITING
                        || asking.getState() == Thread.State.TERMINATED);
          };

      assertThat(delivery.answer(one, nothing()).news()).isPresent();

      await().atMost(Duration.ofMinutes(2)).until(() -> toTwo.get().isPresent());
      assertThat(toTwo.get().orElseThrow().news()).isPresent();
    }
  }

  private static HeldByHost nothing() {
    return new HeldByHost(0, NoSealing.TEXT, NoSealing.TEXT, Optional.empty());
  }

  private KeyNeeds.Needed needed(UUID cluster) {
    whileOneLooks.run();
    return new KeyNeeds.Needed(Set.of(KEY), Map.of(UUID.randomUUID(), KEY), Set.of(PROVIDER));
  }

  /** A key that was made a moment ago. */
  private static final class OneFreshKey implements KekSupply {
    @Override
    public List<IssuedKey> fresh(UUID provider, Collection<KeyId> ids) {
      ProviderReference reference =
          new ProviderReference(provider, new ProviderName("kms"), ProviderType.STANDARD);
      return List.of(new IssuedKey(reference, KEY.id(), SecretBytes.takeOver(new byte[KEY_BYTES])));
    }

    @Override
    public Supply fetch(UUID provider, Collection<KeyId> ids) {
      throw new AssertionError("the key is at hand");
    }
  }

  private static final int KEY_BYTES = 32;

  /** Nothing is encrypted, and every set of keys looks the same. */
  private static final class NoSealing implements KekSealing {
    static final String TEXT = "keys";

    @Override
    public HeldFingerprint fingerprint() {
      return new HeldFingerprint() {
        @Override
        public void add(KeyName key) {}

        @Override
        public void remove(KeyName key) {}

        @Override
        public HeldFingerprint copy() {
          return this;
        }

        @Override
        public String text() {
          return TEXT;
        }
      };
    }

    @Override
    public String digestOfMissing(Map<KeyName, String> missing) {
      return TEXT;
    }

    @Override
    public byte[] seal(UUID provider, List<IssuedKey> keys, Host host, long revision) {
      return new byte[0];
    }

    @Override
    public int mostInOne() {
      return KEY_BYTES;
    }
  }
}
