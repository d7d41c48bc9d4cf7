package io.keymoor.host.keys;

import io.keymoor.crypto.KeyDerivation;
import io.keymoor.host.keys.HeldProvider.Holding;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.record.KekSource;
import io.keymoor.provider.record.KeyReference;
import io.keymoor.secret.SecretBytes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * The providers of this host and their KEKs, in memory only: derived ones of native providers,
 * delivered ones of standard providers.
 *
 * <p>Guarantee: a KEK handed out has the check value the object recorded (P2), so a provider with
 * the right name and the wrong key is never tried on data; when a provider goes, its KDK and every
 * KEK of it are erased before {@link #replace} returns (R7). At most {@value #MOST_CACHED} derived
 * KEKs are kept, those used last. Owns the KDKs given to it. Thread-safe.
 */
public final class HostKeys implements KekSource, AutoCloseable {
  private static final int MOST_CACHED = 10_000;

  private final Map<UUID, HeldProvider> providers = new LinkedHashMap<>();
  private final Map<KeyReference, CachedKek> cache = new LinkedHashMap<>(64, 0.75f, true);
  private final DeliveredKeks delivered = new DeliveredKeks();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** No provider yet. */
  public HostKeys() {}

  /**
   * Makes {@code present} the providers of this host, taking over their KDKs. Keys of the providers
   * that are gone, or came back with another KDK or without, are erased.
   */
  public void replace(List<HeldProvider> present) {
    synchronized (this) {
      Set<UUID> kept = new HashSet<>();
      for (HeldProvider provider : present) {
        HeldProvider old = providers.get(provider.reference().id());
        if (old != null
            && old.check().equals(provider.check())
            && hasKey(old)
            && hasKey(provider)) {
          kept.add(provider.reference().id());
        }
      }
      cache.values().removeIf(kek -> !kept.contains(kek.source()) && kek.erase());
      providers.values().forEach(HostKeys::erase);
      providers.clear();
      present.forEach(provider -> providers.put(provider.reference().id(), provider));
      delivered.keepOnly(withDeliveredKeys());
    }
    tellListeners();
  }

  private Set<UUID> withDeliveredKeys() {
    return providers.values().stream()
        .filter(held -> held.holding() instanceof Holding.Delivered)
        .map(held -> held.reference().id())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether this host has a provider whose KEKs are delivered one by one. */
  synchronized boolean isDelivered(UUID provider) {
    HeldProvider held = providers.get(provider);
    return held != null && held.holding() instanceof Holding.Delivered;
  }

  /** The KEKs of standard providers. */
  public DeliveredKeks delivered() {
    return delivered;
  }

  /**
   * Takes delivered KEKs over, those of providers that are not standard ones of this host excepted:
   * these are erased.
   *
   * @return how many were kept
   */
  int deliver(List<DeliveredKeks.Named> keks) {
    synchronized (this) {
      Set<UUID> known = withDeliveredKeys();
      List<DeliveredKeks.Named> kept = new ArrayList<>();
      for (DeliveredKeks.Named named : keks) {
        if (known.contains(named.provider())) {
          kept.add(named);
        } else {
          named.kek().close();
        }
      }
      delivered.put(kept);
      return kept.size();
    }
  }

  void tellListeners() {
    listeners.forEach(Runnable::run);
  }

  /**
   * The KEK with this id from a provider, for new use; owned by the caller.
   *
   * @throws ProviderException.NotFound when the host does not have the provider
   * @throws ProviderException.TpmRequired when the host may not have its key
   * @throws ProviderException.KeyUnavailable when its key can't be used for another reason
   */
  public synchronized IssuedKey issue(UUID provider, KeyId id) {
    HeldProvider held = providers.get(provider);
    if (held == null) {
      throw new ProviderException.NotFound(provider.toString());
    }
    ProviderReference reference = held.reference();
    return switch (held.holding()) {
      case Holding.Ready ready ->
          new IssuedKey(
              reference, id, KeyDerivation.kekFromKdk(ready.kdk(), reference.id(), id.text()));
      case Holding.Delivered none ->
          new IssuedKey(reference, id, delivered(held, reference, id, false));
      case Holding.TpmRequired none -> throw new ProviderException.TpmRequired(reference.name());
      case Holding.Unusable unusable ->
          throw new ProviderException.KeyUnavailable(reference, id, unusable.sentence());
    };
  }

  @Override
  public synchronized SecretBytes kek(KeyReference key) {
    CachedKek cached = cache.get(key);
    if (cached != null) {
      return cached.kek().copy();
    }
    HeldProvider held = find(key);
    if (held.holding() instanceof Holding.Delivered) {
      return checkedDelivery(held, key);
    }
    SecretBytes kek = derive(held, key);
    remember(key, new CachedKek(held.reference().id(), kek));
    return kek.copy();
  }

  /** Who the provider with this id is, when the host has it; with or without its key. */
  public synchronized Optional<ProviderReference> provider(UUID id) {
    return Optional.ofNullable(providers.get(id)).map(HeldProvider::reference);
  }

  /** The providers in the manager's order; their KDKs stay owned by this object. */
  public synchronized List<HeldProvider> providers() {
    return List.copyOf(providers.values());
  }

  /** Has {@code listener} called after providers came, went or changed. */
  public Subscription onChange(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Erases every key. */
  @Override
  public synchronized void close() {
    cache.values().forEach(CachedKek::erase);
    cache.clear();
    delivered.close();
    providers.values().forEach(HostKeys::erase);
    providers.clear();
    listeners.clear();
  }

  private HeldProvider find(KeyReference key) {
    HeldProvider byId = providers.get(key.provider().id());
    if (byId != null) {
      return byId;
    }
    return providers.values().stream()
        .filter(held -> held.isCalled(key.provider().name()))
        .findFirst()
        .orElseThrow(() ->
            unavailable(
                key,
                "this host does not have that provider. It unlocks by itself when the provider"
                    + " is restored on the manager."));
  }

  private static SecretBytes derive(HeldProvider held, KeyReference key) {
    return switch (held.holding()) {
      case Holding.Ready ready -> checked(held, ready.kdk(), key);
      case Holding.Delivered none ->
          throw new IllegalStateException("delivered keys are not derived");
      case Holding.TpmRequired none ->
          throw unavailable(key, "TPM 2.0 required by provider " + held.reference().name() + ".");
      case Holding.Unusable unusable -> throw unavailable(key, unusable.sentence());
    };
  }

  /** The id an object recorded is part of the derivation, also when only the name was found. */
  private static SecretBytes checked(HeldProvider held, SecretBytes kdk, KeyReference key) {
    SecretBytes kek = KeyDerivation.kekFromKdk(kdk, key.provider().id(), key.id().text());
    if (key.check().matches(kek)) {
      return kek;
    }
    kek.close();
    throw unavailable(
        key,
        "the provider \""
            + held.reference().name()
            + "\" on this host has another key than the one that was used. Restore the backup of"
            + " the right provider on the manager.");
  }

  /** The id an object recorded names the key, also when only the provider's name was found. */
  private SecretBytes checkedDelivery(HeldProvider held, KeyReference key) {
    SecretBytes kek = delivered(held, key.provider(), key.id(), true);
    if (key.check().matches(kek)) {
      return kek;
    }
    kek.close();
    throw unavailable(
        key,
        "the key that the KMS of provider \""
            + held.reference().name()
            + "\" has under this id is another than the one that was used. It was not tried.");
  }

  private SecretBytes delivered(
      HeldProvider held, ProviderReference named, KeyId id, boolean recorded) {
    return switch (delivered.find(held.reference().id(), id, recorded)) {
      case DeliveredKeks.Answer.Here here -> here.kek();
      case DeliveredKeks.Answer.Missing missing ->
          throw new ProviderException.KeyUnavailable(named, id, missing.reason());
    };
  }

  private void remember(KeyReference key, CachedKek kek) {
    cache.put(key, kek);
    if (cache.size() > MOST_CACHED) {
      var eldest = cache.entrySet().iterator();
      eldest.next().getValue().erase();
      eldest.remove();
    }
  }

  private static ProviderException.KeyUnavailable unavailable(KeyReference key, String reason) {
    return new ProviderException.KeyUnavailable(key.provider(), key.id(), reason);
  }

  private static boolean hasKey(HeldProvider provider) {
    return provider.holding() instanceof Holding.Ready;
  }

  private static void erase(HeldProvider provider) {
    if (provider.holding() instanceof Holding.Ready ready) {
      ready.kdk().close();
    }
  }

  /** A KEK and the provider of this host whose KDK gave it. */
  private record CachedKek(UUID source, SecretBytes kek) {
    boolean erase() {
      kek.close();
      return true;
    }
  }
}
