package io.keymoor.manager.domain;

import io.keymoor.crypto.CryptoException;
import io.keymoor.manager.domain.StandardKeys.Outcome;
import io.keymoor.manager.domain.model.WrappedKek;
import io.keymoor.manager.domain.port.KekSupply.Supply;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.manager.domain.port.WrappedKekStore.WrappingKey;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.catalog.ProviderEntry.Place;
import io.keymoor.provider.standard.FoundKeys;
import io.keymoor.provider.standard.StandardKeyProvider;
import io.keymoor.provider.standard.WrappedKeyId;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * KEKs in wrapping-key mode (K4): made here, wrapped under the one key that a provider has in its
 * KMS. Where the manager wraps, the wrapping key is in this process's memory for as long as one
 * call works with it; where the KMS wraps, never. It goes nowhere else (R16). Thread-safe; never
 * inside a transaction.
 */
final class WrappedKeks {
  private static final int KEK_BYTES = 32;

  private final Transactions transactions;
  private final InstantSource clock;
  private final SecureRandom random;

  WrappedKeks(Transactions transactions, InstantSource clock, SecureRandom random) {
    this.transactions = transactions;
    this.clock = clock;
    this.random = random;
  }

  /** Makes KEKs; the KMS is asked for one key, however many they are. */
  List<Outcome> issue(StandardKeyProvider kms, Place place, List<KeyPurpose> purposes) {
    UUID provider = kms.reference().id();
    Map<KeyId, SecretBytes> keks = new LinkedHashMap<>();
    try {
      KeyId wrappingKey = current(kms, place);
      purposes.forEach(_ -> keks.put(KeyId.random(), SecretBytes.random(KEK_BYTES, random)));
      List<WrappedKeyId> wrapped = wrap(kms, place, wrappingKey, keks, false);
      List<WrappedKek> rows = new ArrayList<>();
      for (int i = 0; i < wrapped.size(); i++) {
        WrappedKeyId now = wrapped.get(i);
        rows.add(new WrappedKek(UUID.randomUUID(), provider, purposes.get(i), now.id(), now));
      }
      transactions.in(stores -> {
        stores.wrappedKeks().insert(rows, clock.instant());
        return true;
      });
      return rows.stream().<Outcome>map(it -> new Outcome.Issued(it.id())).toList();
    } catch (ProviderException.KeyUnavailable away) {
      return failed(
          purposes,
          new ProviderException.KeyNotIssued(
              kms.reference().name(), "its wrapping key can't be had (" + away.getMessage() + ")"));
    } catch (ProviderException none) {
      return failed(purposes, none);
    } finally {
      keks.values().forEach(SecretBytes::close);
    }
  }

  private static List<Outcome> failed(List<KeyPurpose> purposes, ProviderException why) {
    return purposes.stream().<Outcome>map(it -> new Outcome.Failed(why)).toList();
  }

  /** Wraps in the order of the map, whose keys are the ids that the KEKs have if they have any. */
  private static List<WrappedKeyId> wrap(
      StandardKeyProvider kms,
      Place place,
      KeyId wrappingKey,
      Map<KeyId, SecretBytes> keks,
      boolean anew) {
    return switch (place) {
      case MANAGER -> {
        try (IssuedKey wrapping = kms.key(wrappingKey)) {
          yield keks.values().stream()
              .map(kek -> WrappedKeyId.of(kek, wrapping.id(), wrapping.kek()))
              .toList();
        }
      }
      case KMS ->
          anew
              ? kms.wrapAnew(wrappingKey, keks)
              : kms.wrap(wrappingKey, List.copyOf(keks.values()));
    };
  }

  /** The wrapping key in use, made at first need. */
  private KeyId current(StandardKeyProvider kms, Place place) {
    UUID provider = kms.reference().id();
    Optional<WrappingKey> current =
        transactions.in(stores -> stores.wrappedKeks().current(provider));
    return current.map(WrappingKey::id).orElseGet(() -> fresh(kms, place, Optional.empty()));
  }

  /** A new wrapping key, in use from now on unless another manager was faster. */
  private KeyId fresh(StandardKeyProvider kms, Place place, Optional<KeyId> before) {
    UUID provider = kms.reference().id();
    KeyId made = made(kms, place);
    if (made.text().length() > WrappedKeyId.longestWrappingId(place)) {
      throw new ProviderException.KeyNotIssued(
          kms.reference().name(),
          "the ids that its KMS gives are too long for wrapping-key mode; use a provider with a"
              + " key for each object");
    }
    return transactions.in(stores -> {
      // One at a time: the catalogue's lock is at hand.
      var _ = stores.providers().lockedCatalog();
      Optional<KeyId> now = stores.wrappedKeks().current(provider).map(WrappingKey::id);
      if (!now.equals(before)) {
        return now.orElseThrow();
      }
      stores.wrappedKeks().use(provider, new WrappingKey(made, clock.instant()));
      return made;
    });
  }

  private KeyId made(StandardKeyProvider kms, Place place) {
    KeyPurpose purpose =
        new KeyPurpose(
            KeyPurpose.Kind.KEY_PROVIDER, kms.reference().id(), kms.reference().name().text());
    return switch (place) {
      case MANAGER -> {
        try (IssuedKey made = kms.issueKey(purpose)) {
          yield made.id();
        }
      }
      case KMS -> kms.issueWrappingKey(purpose, random);
    };
  }

  /** KEKs by their ids, unwrapped by whoever wrapped them. */
  Supply fetch(StandardKeyProvider kms, Collection<KeyId> ids) {
    Map<KeyId, WrappedKeyId> wrapped = new LinkedHashMap<>();
    Map<KeyId, String> missing = new LinkedHashMap<>();
    transactions
        .in(stores -> stores.wrappedKeks().find(kms.reference().id(), ids))
        .forEach(it -> wrapped.put(it.id(), it.now()));
    for (KeyId id : ids) {
      if (!wrapped.containsKey(id)) {
        // Another manager made it, or this one before it lost its database: the id says it all.
        Optional<WrappedKeyId> said = WrappedKeyId.read(id);
        said.ifPresent(it -> wrapped.put(id, it));
        if (said.isEmpty()) {
          missing.put(id, "it is no key of a provider that wraps its keys");
        }
      }
    }
    Supply opened = unwrap(kms, wrapped);
    missing.putAll(opened.missing());
    return new Supply(opened.keys(), missing);
  }

  private static Supply unwrap(StandardKeyProvider kms, Map<KeyId, WrappedKeyId> wrapped) {
    Map<KeyId, WrappedKeyId> inKms = new LinkedHashMap<>(wrapped);
    inKms.values().removeIf(it -> it.place() != Place.KMS);
    Map<KeyId, WrappedKeyId> here = new LinkedHashMap<>(wrapped);
    here.keySet().removeAll(inKms.keySet());
    List<IssuedKey> keys = new ArrayList<>();
    Map<KeyId, String> missing = new LinkedHashMap<>();
    if (!inKms.isEmpty()) {
      FoundKeys opened = kms.unwrap(inKms);
      keys.addAll(opened.keys());
      missing.putAll(opened.missing());
    }
    if (!here.isEmpty()) {
      unwrapHere(kms, here, keys, missing);
    }
    return new Supply(keys, missing);
  }

  private static void unwrapHere(
      StandardKeyProvider kms,
      Map<KeyId, WrappedKeyId> wrapped,
      List<IssuedKey> keys,
      Map<KeyId, String> missing) {
    Set<KeyId> wrappingKeys =
        wrapped.values().stream().map(WrappedKeyId::wrappingKey).collect(Collectors.toSet());
    try (FoundKeys found = kms.keys(wrappingKeys)) {
      Map<KeyId, IssuedKey> byId = new HashMap<>();
      found.keys().forEach(it -> byId.put(it.id(), it));
      wrapped.forEach((id, it) -> {
        IssuedKey wrapping = byId.get(it.wrappingKey());
        if (wrapping == null) {
          missing.put(
              id,
              "the key "
                  + it.wrappingKey()
                  + " that wraps it can't be had: "
                  + found.missing().getOrDefault(it.wrappingKey(), "the KMS said nothing of it"));
          return;
        }
        try {
          keys.add(new IssuedKey(kms.reference(), id, it.unwrap(wrapping.kek())));
        } catch (CryptoException other) {
          missing.put(id, "the KMS has another key under the id of the key that wraps it");
        }
      });
    }
  }

  /** Takes a new wrapping key into use; what is wrapped under others stays so for now. */
  KeyId renew(StandardKeyProvider kms, Place place) {
    UUID provider = kms.reference().id();
    Optional<KeyId> before =
        transactions.in(stores -> stores.wrappedKeks().current(provider).map(WrappingKey::id));
    return fresh(kms, place, before);
  }

  /**
   * KEKs as they are wrapped under another wrapping key. Stores nothing.
   *
   * @param anew those that could be wrapped
   * @param left why the others could not
   */
  record Rewrapped(List<WrappedKek> anew, Map<KeyId, String> left) {}

  /**
   * Wraps KEKs under a wrapping key.
   *
   * @throws ProviderException when that one can't be had
   */
  Rewrapped rewrap(StandardKeyProvider kms, Place place, KeyId wrappingKey, List<WrappedKek> old) {
    Map<KeyId, WrappedKeyId> wrapped = new LinkedHashMap<>();
    old.forEach(it -> wrapped.put(it.id(), it.now()));
    try (Supply clear = unwrap(kms, wrapped)) {
      Map<KeyId, SecretBytes> keks = new LinkedHashMap<>();
      clear.keys().forEach(key -> keks.put(key.id(), key.kek()));
      Map<KeyId, WrappedKeyId> now = new HashMap<>();
      if (!keks.isEmpty()) {
        List<WrappedKeyId> all = wrap(kms, place, wrappingKey, keks, true);
        List<KeyId> ids = List.copyOf(keks.keySet());
        for (int i = 0; i < ids.size(); i++) {
          now.put(ids.get(i), all.get(i));
        }
      }
      return new Rewrapped(
          old.stream()
              .flatMap(it -> Optional.ofNullable(now.get(it.id())).map(it::under).stream())
              .toList(),
          clear.missing());
    }
  }
}
