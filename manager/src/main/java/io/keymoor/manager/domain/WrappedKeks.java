package io.keymoor.manager.domain;

import io.keymoor.crypto.CryptoException;
import io.keymoor.manager.domain.StandardKeys.Outcome;
import io.keymoor.manager.domain.model.WrappedKek;
import io.keymoor.manager.domain.port.KekSupply.Supply;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.manager.domain.port.WrappedKekStore.WrappingKey;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.standard.FoundKeys;
import io.keymoor.provider.standard.StandardKeyProvider;
import io.keymoor.provider.standard.WrappedKeyId;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
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
 * KMS. A wrapping key is in this process's memory for as long as one call works with it, and goes
 * nowhere else (R16). Thread-safe; never inside a transaction.
 */
final class WrappedKeks {
  private static final int KEK_BYTES = 32;

  /** KEKs that are wrapped anew in one transaction. */
  private static final int PORTION = 500;

  private final Transactions transactions;
  private final InstantSource clock;
  private final SecureRandom random;

  WrappedKeks(Transactions transactions, InstantSource clock, SecureRandom random) {
    this.transactions = transactions;
    this.clock = clock;
    this.random = random;
  }

  /** Makes KEKs; the KMS is asked for one key, however many they are. */
  List<Outcome> issue(StandardKeyProvider kms, List<KeyPurpose> purposes) {
    UUID provider = kms.reference().id();
    try (IssuedKey wrapping = current(kms)) {
      List<WrappedKek> keks = new ArrayList<>();
      for (KeyPurpose purpose : purposes) {
        try (SecretBytes kek = SecretBytes.random(KEK_BYTES, random)) {
          WrappedKeyId wrapped = WrappedKeyId.of(kek, wrapping.id(), wrapping.kek());
          keks.add(new WrappedKek(UUID.randomUUID(), provider, purpose, wrapped.id(), wrapped));
        }
      }
      transactions.in(stores -> {
        stores.wrappedKeks().insert(keks, clock.instant());
        return true;
      });
      return keks.stream().<Outcome>map(it -> new Outcome.Issued(it.id())).toList();
    } catch (ProviderException.KeyUnavailable away) {
      ProviderException none =
          new ProviderException.KeyNotIssued(
              kms.reference().name(), "its wrapping key can't be had (" + away.getMessage() + ")");
      return purposes.stream().<Outcome>map(it -> new Outcome.Failed(none)).toList();
    } catch (ProviderException none) {
      return purposes.stream().<Outcome>map(it -> new Outcome.Failed(none)).toList();
    }
  }

  /** The wrapping key in use, made at first need. */
  private IssuedKey current(StandardKeyProvider kms) {
    UUID provider = kms.reference().id();
    Optional<WrappingKey> current =
        transactions.in(stores -> stores.wrappedKeks().current(provider));
    return kms.key(current.map(WrappingKey::id).orElseGet(() -> fresh(kms, Optional.empty())));
  }

  /** A new wrapping key, in use from now on unless another manager was faster. */
  private KeyId fresh(StandardKeyProvider kms, Optional<KeyId> before) {
    UUID provider = kms.reference().id();
    KeyPurpose purpose =
        new KeyPurpose(KeyPurpose.Kind.KEY_PROVIDER, provider, kms.reference().name().text());
    try (IssuedKey made = kms.issueKey(purpose)) {
      if (made.id().text().length() > WrappedKeyId.LONGEST_WRAPPING_ID) {
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
        stores.wrappedKeks().use(provider, new WrappingKey(made.id(), clock.instant()));
        return made.id();
      });
    }
  }

  /** Fetches the wrapping keys that these KEKs need, and unwraps them. */
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
    List<IssuedKey> keys = new ArrayList<>();
    try (FoundKeys found = kms.keys(wrappingKeys(wrapped.values()))) {
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
    return new Supply(keys, missing);
  }

  private static Set<KeyId> wrappingKeys(Collection<WrappedKeyId> wrapped) {
    return wrapped.stream().map(WrappedKeyId::wrappingKey).collect(Collectors.toSet());
  }

  /** The wrapping key in use, when it is time for a new one. */
  Optional<KeyId> due(UUID provider, Duration interval) {
    Instant oldest = clock.instant().minus(interval);
    return transactions.in(stores ->
        stores
            .wrappedKeks()
            .current(provider)
            .filter(key -> !key.since().isAfter(oldest))
            .map(WrappingKey::id));
  }

  /** The wrapping key in use, if there is one. */
  Optional<KeyId> current(UUID provider) {
    return transactions.in(stores -> stores.wrappedKeks().current(provider).map(WrappingKey::id));
  }

  /**
   * Takes a new wrapping key into use in the place of {@code before}, or answers the one that
   * another manager took into use meanwhile; what is wrapped under others stays so for now.
   */
  KeyId renew(StandardKeyProvider kms, Optional<KeyId> before) {
    return fresh(kms, before);
  }

  /**
   * Wraps every KEK under the wrapping key in use that is not. Killed in between, the next call
   * goes on: what is left to do is in the rows themselves.
   *
   * @return how many were wrapped anew
   */
  int rewrap(StandardKeyProvider kms) {
    UUID provider = kms.reference().id();
    Optional<WrappingKey> current =
        transactions.in(stores -> stores.wrappedKeks().current(provider));
    if (current.isEmpty()) {
      return 0;
    }
    KeyId id = current.get().id();
    Set<KeyId> needed =
        transactions.in(stores -> stores.wrappedKeks().wrappingKeys(provider)).stream()
            .map(WrappingKey::id)
            .collect(Collectors.toSet());
    int done = 0;
    try (FoundKeys found = kms.keys(needed)) {
      Map<KeyId, IssuedKey> byId = new HashMap<>();
      found.keys().forEach(it -> byId.put(it.id(), it));
      IssuedKey wrapping = byId.get(id);
      if (wrapping == null) {
        throw new ProviderException.KeyUnavailable(
            kms.reference(), id, found.missing().getOrDefault(id, "the KMS said nothing of it"));
      }
      int last;
      do {
        last = transactions.in(stores -> rewrap(stores, provider, wrapping, byId));
        done += last;
      } while (last == PORTION);
    }
    return done;
  }

  private static int rewrap(
      Stores stores, UUID provider, IssuedKey wrapping, Map<KeyId, IssuedKey> others) {
    List<WrappedKek> anew = new ArrayList<>();
    List<WrappedKek> old = stores.wrappedKeks().notUnder(provider, wrapping.id(), PORTION);
    for (WrappedKek kek : old) {
      IssuedKey before = others.get(kek.now().wrappingKey());
      if (before == null) {
        // The KMS lost it; the KEK can't be had in any form, and its VMs say so.
        continue;
      }
      try (SecretBytes clear = kek.now().unwrap(before.kek())) {
        anew.add(
            new WrappedKek(
                kek.mark(),
                kek.provider(),
                kek.purpose(),
                kek.id(),
                WrappedKeyId.of(clear, wrapping.id(), wrapping.kek())));
      }
    }
    stores.wrappedKeks().rewrapped(anew);
    return anew.size();
  }
}
