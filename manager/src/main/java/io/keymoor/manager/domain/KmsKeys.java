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
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.provider.standard.StandingKey;
import io.keymoor.provider.standard.StandingKeys;
import io.keymoor.provider.standard.WrappedKeyId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    UNANSWERED,
    /** It is in the KMS under the provider's id, and this manager did not ask for it. */
    UNRECORDED
  }

  /**
   * A key in the KMS.
   *
   * @param key the key
   * @param use whether it is needed
   * @param neededBy by what; empty otherwise
   * @param inKms its state there, or "missing"; empty where the KMS was not asked
   */
  public record Line(KmsKey key, Use use, String neededBy, String inKms) {}

  /**
   * The keys of a provider as its KMS has them.
   *
   * @param lines all that are there or should be
   * @param unsearched why the KMS could not be searched for keys that this manager does not know;
   *     empty when it was
   */
  public record InKms(List<Line> lines, String unsearched) {
    public InKms {
      lines = List.copyOf(lines);
    }
  }

  /** All keys of a provider that are in its KMS for all the manager knows. */
  public List<Line> list(String nameOrId) {
    return transactions.in(
        stores -> list(stores, StandardProviders.required(stores, nameOrId).entry()));
  }

  /**
   * All keys of a provider, those included that stand in its KMS under its id and that this manager
   * does not know; what a lost answer made is put on record.
   *
   * @throws ProviderException when the KMS does not answer
   */
  public InKms listInKms(String nameOrId) {
    ProviderEntry entry =
        transactions.in(stores -> StandardProviders.required(stores, nameOrId).entry());
    List<KeyId> known =
        transactions.in(stores ->
            stores.kmsKeys().of(entry.id()).stream().flatMap(key -> key.id().stream()).toList());
    StandingKeys standing = connections.with(entry.id(), kms -> kms.look(known));
    return transactions.in(stores -> {
      recordLost(stores, entry, standing);
      return new InKms(inKms(stores, entry, standing), standing.unsearched());
    });
  }

  /** The KMS has the marks of requests whose answers were lost. */
  private void recordLost(Stores stores, ProviderEntry entry, StandingKeys standing) {
    Instant now = clock.instant();
    Set<UUID> unanswered =
        stores.kmsKeys().unanswered(entry.id(), now).stream()
            .map(KmsKey::mark)
            .collect(Collectors.toSet());
    for (StandingKey key : standing.found()) {
      if (key.mark().filter(unanswered::contains).isPresent()) {
        stores.kmsKeys().made(Map.of(key.mark().get(), key.id()), now);
        audit.ok(
            stores,
            Caller.manager(),
            Subject.about("key.found", entry).with(key.id()),
            "made for " + key.name().orElse("something") + " by a request whose answer was lost");
      }
    }
  }

  private List<Line> inKms(Stores stores, ProviderEntry entry, StandingKeys standing) {
    Map<KeyId, StandingKey> there = new LinkedHashMap<>();
    standing.found().forEach(key -> there.put(key.id(), key));
    List<Line> lines = new ArrayList<>();
    for (Line line : list(stores, entry)) {
      Optional<StandingKey> key = line.key().id().map(there::remove);
      String state = line.key().id().isEmpty() ? "" : key.map(KmsKeys::state).orElse("missing");
      lines.add(new Line(line.key(), line.use(), line.neededBy(), state));
    }
    Map<KeyId, String> needed = needed(stores, entry.id());
    Instant young = clock.instant().minus(YOUNG);
    there.values().stream()
        .filter(StandingKey::tagged)
        .filter(key -> !isGone(key))
        .map(key -> unrecorded(entry, key, needed, young))
        .forEach(lines::add);
    return lines;
  }

  private static String state(StandingKey key) {
    return key.state().orElse("not readable");
  }

  private static boolean isGone(StandingKey key) {
    return key.state().filter(state -> state.startsWith("Destroyed")).isPresent();
  }

  private static Line unrecorded(
      ProviderEntry entry, StandingKey key, Map<KeyId, String> needed, Instant young) {
    KmsKey as =
        new KmsKey(
            key.mark().orElseGet(() -> new UUID(0, 0)),
            entry.id(),
            new KeyPurpose(KeyPurpose.Kind.VIRTUAL_MACHINE, new UUID(0, 0), key.name().orElse("")),
            key.made().orElse(Instant.EPOCH),
            Optional.of(key.id()));
    Line line = line(as, needed, young);
    return new Line(
        as, line.use() == Use.UNNEEDED ? Use.UNRECORDED : line.use(), line.neededBy(), state(key));
  }

  private List<Line> list(Stores stores, ProviderEntry entry) {
    Map<KeyId, String> needed = needed(stores, entry.id());
    Instant young = clock.instant().minus(YOUNG);
    return stores.kmsKeys().of(entry.id()).stream().map(key -> line(key, needed, young)).toList();
  }

  private static Line line(KmsKey key, Map<KeyId, String> needed, Instant young) {
    if (key.id().isEmpty()) {
      return new Line(key, Use.UNANSWERED, "", "");
    }
    String by = needed.getOrDefault(key.id().get(), "");
    if (!by.isEmpty()) {
      return new Line(key, Use.NEEDED, by, "");
    }
    return new Line(key, key.asked().isAfter(young) ? Use.YOUNG : Use.UNNEEDED, "", "");
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
      // Made for the host, which has not said yet that it uses it.
      stores
          .estate()
          .hostKek(host.id())
          .filter(key -> key.provider().equals(provider))
          .ifPresent(key -> needed.put(key.id(), "host " + host.name()));
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
              transactions.in(stores -> StandardProviders.required(stores, nameOrId).entry());
          StandingKeys strangers = strangers(entry, ids);
          transactions.in(stores -> {
            requireUnneeded(inKms(stores, entry, strangers), ids);
            ids.forEach(id -> note(stores, caller, entry, id, "started", ""));
            return true;
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

  /** How those of these keys stand in the KMS that are not on record; it says whose they are. */
  private StandingKeys strangers(ProviderEntry entry, List<KeyId> ids) {
    Set<KeyId> known =
        transactions.in(stores ->
            stores.kmsKeys().of(entry.id()).stream()
                .flatMap(key -> key.id().stream())
                .collect(Collectors.toSet()));
    List<KeyId> strange = ids.stream().filter(id -> !known.contains(id)).toList();
    return strange.isEmpty()
        ? new StandingKeys(List.of(), "")
        : connections.with(entry.id(), kms -> kms.stand(strange));
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
                + ", neither on record nor under its id in the KMS. Nothing was destroyed. See which"
                + " there are with: keymoor key list --in-kms");
      }
      if (line.use() != Use.UNNEEDED && line.use() != Use.UNRECORDED) {
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
