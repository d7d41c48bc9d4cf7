package io.keymoor.provider.standard;

import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyProvider;
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.standard.KeyLedger.Intent;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The standard key provider: one KEK for each object, made in and fetched from a KMS (K2, S4).
 *
 * <p>Guarantees: a key is on record in the ledger before the KMS is asked for it; a Create whose
 * answer was lost is never repeated; a key is handed out only when the KMS gave it back active.
 * KMIP 1.1 to 2.1, the newest that the server speaks. Calls take as long as the network does, at
 * most {@link KmsAccess#timeout} for each hundred keys. Thread-safe.
 */
public final class StandardKeyProvider implements KeyProvider, AutoCloseable {
  /** Keys that are asked for together: so many requests at most lack their answer after a crash. */
  private static final int PORTION = 1000;

  private final ProviderReference reference;
  private final KmsCluster cluster;
  private final KeyMaker maker;
  private final KeyFetcher fetcher;
  private final KmsWrapping wrapping;
  private final KmsInventory inventory;

  /** A provider over a KMS; takes over {@code access}. */
  public StandardKeyProvider(ProviderReference reference, KmsAccess access, KeyLedger ledger) {
    this.reference = reference;
    this.cluster = new KmsCluster(access);
    this.maker = new KeyMaker(reference.id(), cluster, ledger);
    this.fetcher = new KeyFetcher(reference, cluster, maker);
    this.wrapping = new KmsWrapping(reference, cluster);
    this.inventory = new KmsInventory(reference.id(), cluster);
  }

  @Override
  public ProviderReference reference() {
    return reference;
  }

  @Override
  public IssuedKey issueKey(KeyPurpose purpose) {
    return switch (issueKeys(List.of(purpose)).getFirst()) {
      case Issue.Issued issued -> issued.key();
      case Issue.Refused refused ->
          throw new ProviderException.KeyNotIssued(
              reference.name(), refused.reason(), refused.lasting());
      case Issue.Unknown unknown ->
          throw new ProviderException.KeyOutcomeUnknown(reference.name(), unknown.reason());
    };
  }

  /** Asks for a new key for each purpose, many in a message; the results are in their order. */
  public List<Issue> issueKeys(List<KeyPurpose> purposes) {
    List<Issue> issues = new ArrayList<>(purposes.size());
    for (int from = 0; from < purposes.size(); from += PORTION) {
      issues.addAll(
          issuePortion(purposes.subList(from, Math.min(purposes.size(), from + PORTION))));
    }
    return issues;
  }

  private List<Issue> issuePortion(List<KeyPurpose> purposes) {
    List<Intent> intents =
        purposes.stream().map(purpose -> new Intent(UUID.randomUUID(), purpose)).toList();
    Map<KeyId, SecretBytes> inHand = new HashMap<>();
    List<KeyMaker.Made> made = maker.make(intents, inHand);
    Map<KeyId, IssuedKey> keys = new HashMap<>();
    inHand.forEach((id, kek) -> keys.put(id, new IssuedKey(reference, id, kek)));
    List<KeyId> ids = new ArrayList<>();
    for (KeyMaker.Made one : made) {
      if (one instanceof KeyMaker.Made.Active active && !keys.containsKey(active.id())) {
        ids.add(active.id());
      }
    }
    FoundKeys found = fetcher.fetch(ids);
    found.keys().forEach(key -> keys.put(key.id(), key));
    return made.stream().map(one -> issue(one, keys, found.missing())).toList();
  }

  private static Issue issue(
      KeyMaker.Made made, Map<KeyId, IssuedKey> keys, Map<KeyId, String> missing) {
    return switch (made) {
      case KeyMaker.Made.Active active -> {
        IssuedKey key = keys.get(active.id());
        yield key != null
            ? new Issue.Issued(key)
            : new Issue.Refused(
                "key "
                    + active.id()
                    + " was made and can't be fetched: "
                    + missing.getOrDefault(active.id(), "the KMS said nothing of it"),
                false);
      }
      case KeyMaker.Made.Refused refused -> new Issue.Refused(refused.reason(), refused.lasting());
      case KeyMaker.Made.Unknown unknown -> new Issue.Unknown(unknown.reason());
    };
  }

  /** Fetches keys, many in a message, with what a person should know of them. */
  public FoundKeys keys(Collection<KeyId> ids) {
    FoundKeys found = fetcher.fetch(ids);
    try {
      List<KeyId> had = found.keys().stream().map(IssuedKey::id).toList();
      return new FoundKeys(found.keys(), found.missing(), attend(had));
    } catch (RuntimeException stopped) {
      found.close();
      throw stopped;
    }
  }

  /** Fetches keys, many in a message; {@link #attend} to those that were there afterwards. */
  public FoundKeys fetch(Collection<KeyId> ids) {
    return fetcher.fetch(ids);
  }

  /**
   * Sees to keys that were fetched: activates those whose making was cut short.
   *
   * @return what a person should know of some of them
   */
  public Map<KeyId, String> attend(Collection<KeyId> ids) {
    return fetcher.attend(ids);
  }

  @Override
  public IssuedKey key(KeyId id) {
    FoundKeys found = keys(List.of(id));
    if (found.keys().isEmpty()) {
      throw new ProviderException.KeyUnavailable(
          reference, id, found.missing().getOrDefault(id, "the KMS said nothing of it"));
    }
    return found.keys().getFirst();
  }

  /**
   * Destroys keys in the KMS, for good: takes them out of use first, as a KMS wants it.
   *
   * @return why some could not be; those that are not in it are gone
   */
  public Map<KeyId, String> destroy(Collection<KeyId> ids) {
    return new KeyDestroyer(cluster).destroy(List.copyOf(ids));
  }

  /** Looks at every server: the layer that fails, or that all is well (S5). */
  public List<KmsHealth> health() {
    return cluster.health();
  }

  /** As {@link #health}, and whether servers can wrap keys themselves. */
  public List<KmsHealth> healthForWrapping() {
    return cluster.health().stream().map(wrapping::judged).toList();
  }

  /**
   * What a request whose answer was lost made.
   *
   * @throws ProviderException.KmsNotUsable when the KMS can't be searched now
   */
  public List<KeyId> find(UUID mark) {
    KeyMaker.Search search = maker.find(mark);
    if (!search.possible()) {
      throw new ProviderException.KmsNotUsable(
          "The KMS of key provider \""
              + reference.name()
              + "\" can't be searched: "
              + search.reason());
    }
    return search.found();
  }

  /** What stands in the KMS under this provider's tag, and how these keys do (K7). */
  public StandingKeys look(Collection<KeyId> known) {
    return inventory.look(known);
  }

  /** How these keys stand in the KMS; those that it does not know are not in it. */
  public StandingKeys stand(Collection<KeyId> ids) {
    return inventory.stand(ids);
  }

  /**
   * Has a wrapping key made that never leaves the KMS, and tries it.
   *
   * @throws ProviderException when the KMS can't wrap by itself; no other way is taken then
   */
  public KeyId issueWrappingKey(KeyPurpose purpose, SecureRandom random) {
    Optional<String> lacking = wrapping.lacking();
    if (lacking.isPresent()) {
      throw cannotWrap(lacking.get());
    }
    List<Intent> intent = List.of(new Intent(UUID.randomUUID(), purpose));
    return switch (maker.make(intent, KmsWrapping.staysInside()).getFirst()) {
      case KeyMaker.Made.Active made -> {
        Optional<String> unfit = wrapping.tried(made.id(), random);
        if (unfit.isPresent()) {
          throw cannotWrap(unfit.get());
        }
        yield made.id();
      }
      case KeyMaker.Made.Refused refused -> throw cannotWrap(refused.reason());
      case KeyMaker.Made.Unknown unknown ->
          throw new ProviderException.KeyOutcomeUnknown(reference.name(), unknown.reason());
    };
  }

  private ProviderException cannotWrap(String why) {
    return new ProviderException.KeyNotIssued(
        reference.name(),
        "its KMS can't wrap keys under one that stays inside ("
            + why
            + "); that needs KMIP 1.4 with Encrypt and Decrypt in AES-GCM. Use a provider without"
            + " --wrap-in-kms");
  }

  /** Has the KMS wrap new KEKs, many in a message; what it wrapped is in their order. */
  public List<WrappedKeyId> wrap(KeyId wrappingKey, List<SecretBytes> keks) {
    Map<KeyId, SecretBytes> named = new LinkedHashMap<>();
    keks.forEach(kek -> named.put(KeyId.random(), kek));
    return wrap(wrappingKey, named, false);
  }

  /** Has the KMS wrap KEKs anew that have ids already; what it wrapped is in their order. */
  public List<WrappedKeyId> wrapAnew(KeyId wrappingKey, Map<KeyId, SecretBytes> keks) {
    return wrap(wrappingKey, keks, true);
  }

  private List<WrappedKeyId> wrap(KeyId wrappingKey, Map<KeyId, SecretBytes> keks, boolean anew) {
    List<WrappedKeyId> wrapped = new ArrayList<>();
    for (KmsWrapping.Outcome outcome : wrapping.wrap(wrappingKey, keks, anew)) {
      switch (outcome) {
        case KmsWrapping.Outcome.Wrapped done -> wrapped.add(done.id());
        case KmsWrapping.Outcome.Failed failed ->
            throw new ProviderException.KeyUnavailable(reference, wrappingKey, failed.reason());
      }
    }
    return wrapped;
  }

  /** Has the KMS unwrap KEKs that it wrapped, by the ids that they have in records. */
  public FoundKeys unwrap(Map<KeyId, WrappedKeyId> wrapped) {
    return wrapping.unwrap(wrapped);
  }

  @Override
  public void close() {
    cluster.close();
  }
}
