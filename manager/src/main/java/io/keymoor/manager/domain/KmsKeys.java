package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.InventoryVm;
import io.keymoor.manager.domain.model.KmsKey;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.manager.domain.port.WrappedKekStore.WrappingKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.provider.standard.WrappedKeyId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The keys that a provider has in its KMS, what needs them, and the end of those that nothing needs
 * (K7). Nothing is destroyed but what an administrator names by id. Thread-safe.
 */
public final class KmsKeys {
  /** A key this young may belong to something that is about to be stored. */
  private static final Duration YOUNG = Duration.ofHours(1);

  private final Transactions transactions;
  private final Audit audit;
  private final KmsConnections connections;
  private final InstantSource clock;

  KmsKeys(Transactions transactions, Audit audit, KmsConnections connections, InstantSource clock) {
    this.transactions = transactions;
    this.audit = audit;
    this.connections = connections;
    this.clock = clock;
  }

  /** Whether a key is needed. */
  public enum Use {
    /** Something that the manager knows needs it. */
    NEEDED,
    /** It is too young to say. */
    YOUNG,
    /** Nothing that the manager knows needs it. */
    UNNEEDED,
    /** It was asked for and the answer was lost; the KMS is being searched. */
    UNANSWERED
  }

  /**
   * A key in the KMS.
   *
   * @param key the key
   * @param use whether it is needed
   * @param neededBy by what; empty otherwise
   */
  public record Line(KmsKey key, Use use, String neededBy) {}

  /** All keys of a provider that are in its KMS for all the manager knows. */
  public List<Line> list(String nameOrId) {
    return transactions.in(
        stores -> list(stores, StandardProviders.required(stores, nameOrId).entry()));
  }

  private List<Line> list(Stores stores, ProviderEntry entry) {
    Map<KeyId, String> needed = needed(stores, entry.id());
    Instant young = clock.instant().minus(YOUNG);
    return stores.kmsKeys().of(entry.id()).stream().map(key -> line(key, needed, young)).toList();
  }

  private static Line line(KmsKey key, Map<KeyId, String> needed, Instant young) {
    if (key.id().isEmpty()) {
      return new Line(key, Use.UNANSWERED, "");
    }
    String by = needed.getOrDefault(key.id().get(), "");
    if (!by.isEmpty()) {
      return new Line(key, Use.NEEDED, by);
    }
    return new Line(key, key.asked().isAfter(young) ? Use.YOUNG : Use.UNNEEDED, "");
  }

  /** Every key that a record, a host, a task or a wrapped KEK needs, with one of those. */
  private static Map<KeyId, String> needed(Stores stores, UUID provider) {
    Map<KeyId, String> needed = new HashMap<>();
    for (InventoryVm known : stores.vms().all()) {
      known
          .vm()
          .keyRecord()
          .ifPresent(json ->
              Usage.parse(json)
                  .flatMap(record -> keys(record, provider))
                  .forEach(id -> needed.put(id, "VM " + known.vm().name())));
    }
    for (Host host : stores.estate().hosts()) {
      if (host.condition().hostKeyProvider().filter(provider::equals).isPresent()) {
        host.condition()
            .hostKeyId()
            .ifPresent(id -> needed.put(new KeyId(id), "host " + host.name()));
      }
    }
    stores.tasks().keysAtWork(provider).forEach(id -> needed.put(id, "a task"));
    // A record holds its KEK as it was wrapped first, whatever wraps it in the index now.
    List.copyOf(needed.entrySet())
        .forEach(it ->
            WrappedKeyId.read(it.getKey())
                .ifPresent(wrapped -> needed.putIfAbsent(wrapped.wrappingKey(), it.getValue())));
    stores.wrappedKeks().wrappingKeys(provider).stream()
        .map(WrappingKey::id)
        .forEach(id -> needed.putIfAbsent(id, "wrapped keys"));
    return needed;
  }

  private static Stream<KeyId> keys(KeyRecord record, UUID provider) {
    return record.parts().stream()
        .flatMap(KmsKeys::entries)
        .filter(entry -> entry.provider().id().equals(provider))
        .map(KeyEntry::keyId);
  }

  private static Stream<KeyEntry> entries(PartKeys part) {
    return Stream.of(part.current(), part.pending(), part.previous()).flatMap(Optional::stream);
  }

  /** What became of keys that were to be destroyed. */
  public record Reclaimed(List<KeyId> destroyed, Map<KeyId, String> left) {
    public Reclaimed {
      destroyed = List.copyOf(destroyed);
      left = Map.copyOf(left);
    }
  }

  /** Destroys these keys in the KMS, for good; all of them have to be unneeded. */
  public Reclaimed reclaim(Caller caller, String nameOrId, List<KeyId> ids) {
    return audit.attempt(
        caller,
        Subject.named("key.reclaim", "provider", nameOrId),
        () -> {
          ProviderEntry entry =
              transactions.in(stores -> {
                ProviderEntry found = StandardProviders.required(stores, nameOrId).entry();
                requireUnneeded(list(stores, found), ids);
                ids.forEach(id -> note(stores, caller, found, id, "started", ""));
                return found;
              });
          Map<KeyId, String> left = connections.with(entry.id(), kms -> kms.destroy(ids));
          List<KeyId> gone = ids.stream().filter(id -> !left.containsKey(id)).toList();
          transactions.in(stores -> {
            stores.kmsKeys().destroyed(entry.id(), gone, clock.instant());
            gone.forEach(id -> note(stores, caller, entry, id, "ok", ""));
            left.forEach((id, why) -> note(stores, caller, entry, id, "failed", why));
            return true;
          });
          return new Reclaimed(gone, left);
        });
  }

  private void note(
      Stores stores, Caller caller, ProviderEntry entry, KeyId id, String result, String detail) {
    audit.write(
        stores,
        caller.name(),
        caller.address(),
        Subject.about("key.reclaim", entry).with(id),
        result,
        detail);
  }

  private static void requireUnneeded(List<Line> lines, List<KeyId> ids) {
    Map<KeyId, Line> byId =
        lines.stream()
            .filter(line -> line.key().id().isPresent())
            .collect(
                Collectors.toMap(
                    line -> line.key().id().orElseThrow(), line -> line, (one, other) -> one));
    for (KeyId id : ids) {
      Line line = byId.get(id);
      if (line == null) {
        throw new Refusal.NotFound(
            "key_not_found",
            "This provider has no key "
                + id
                + " on record. Nothing was destroyed. See which there are with: keymoor key list");
      }
      if (line.use() != Use.UNNEEDED) {
        throw new Refusal.Conflict(
            "key_needed",
            "The key "
                + id
                + (line.use() == Use.NEEDED
                    ? " is needed by " + line.neededBy()
                    : " was made less than an hour ago and may be about to be used")
                + ". Nothing was destroyed.");
      }
    }
    if (ids.isEmpty()) {
      throw new Refusal.Invalid("no_key_named", "No key was named. Nothing was destroyed.");
    }
  }
}
