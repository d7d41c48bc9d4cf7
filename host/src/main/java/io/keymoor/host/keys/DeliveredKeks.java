package io.keymoor.host.keys;

import io.keymoor.protocol.HeldDigest;
import io.keymoor.protocol.HeldKeys;
import io.keymoor.protocol.KeyDigest;
import io.keymoor.protocol.KeyNames;
import io.keymoor.protocol.MissingKeys;
import io.keymoor.provider.KeyId;
import io.keymoor.secret.SecretBytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * KEKs of standard providers as the manager delivered them (H3): all that this host's cluster
 * needs, in erasable memory and nowhere else, and what is known of those that could not be had.
 *
 * <p>Guarantee: a key that is forgotten, replaced or left over at {@link #close} is erased before
 * the method returns. Owns the keys given to it. Thread-safe.
 */
public final class DeliveredKeks implements AutoCloseable {
  private static final String NOT_SENT =
      "the manager has not sent it to this host since the keys were last lost here. Check that the"
          + " manager is reachable from this host; the VM unlocks by itself.";

  private final Map<UUID, Map<KeyId, SecretBytes>> keks = new HashMap<>();
  private final Map<UUID, Map<KeyId, String>> missing = new HashMap<>();

  /** Keys that were asked for and not there: after a restart the first to know of their lack. */
  private final Map<UUID, Set<KeyId>> lacked = new HashMap<>();

  private List<MissingKeys> lastMissing = List.of();
  private long revision;
  private final HeldDigest digest = new HeldDigest();

  DeliveredKeks() {}

  /** A KEK with its name, on its way to or from somebody who keeps it. */
  public record Named(UUID provider, KeyId id, SecretBytes kek) {}

  /** The KEK, owned by the caller, or why it is not here. */
  sealed interface Answer {
    /** It is. */
    record Here(SecretBytes kek) implements Answer {}

    /** It is not; {@code reason} is a sentence. */
    record Missing(String reason) implements Answer {}
  }

  /** Finds one; {@code recorded} says that an object of this host names it. */
  synchronized Answer find(UUID provider, KeyId id, boolean recorded) {
    SecretBytes kek = keks.getOrDefault(provider, Map.of()).get(id);
    if (kek != null) {
      return new Answer.Here(kek.copy());
    }
    if (recorded) {
      lacked.computeIfAbsent(provider, _ -> new HashSet<>()).add(id);
    }
    return new Answer.Missing(missing.getOrDefault(provider, Map.of()).getOrDefault(id, NOT_SENT));
  }

  /** Takes keys over; one that was there under the same name is erased. */
  synchronized void put(Collection<Named> delivered) {
    for (Named named : delivered) {
      SecretBytes old =
          keks.computeIfAbsent(named.provider(), _ -> new HashMap<>()).put(named.id(), named.kek());
      if (old != null) {
        old.close();
      } else {
        digest.add(named.provider(), named.id().text());
      }
      lacked.computeIfPresent(named.provider(), (_, ids) -> without(ids, named.id()));
      missing.computeIfPresent(named.provider(), (_, ids) -> without(ids, named.id()));
    }
  }

  /** Erases keys that nothing needs any more. */
  synchronized void forget(Collection<KeyNames> names) {
    for (KeyNames of : names) {
      Map<KeyId, SecretBytes> own = keks.getOrDefault(of.provider(), Map.of());
      for (String id : of.ids()) {
        SecretBytes kek = own.remove(new KeyId(id));
        if (kek != null) {
          kek.close();
          digest.remove(of.provider(), id);
        }
      }
    }
  }

  /** Erases the keys of providers that are not among {@code present}. */
  synchronized void keepOnly(Set<UUID> present) {
    keks.entrySet()
        .removeIf(
            entry -> !present.contains(entry.getKey()) && erase(entry.getKey(), entry.getValue()));
    missing.keySet().retainAll(present);
    lacked.keySet().retainAll(present);
  }

  /** What is missing from now on, at this revision. */
  synchronized void missing(long newRevision, List<MissingKeys> all) {
    revision = newRevision;
    lastMissing = all;
    missing.clear();
    // What the manager says replaces what this host found out by itself.
    lacked.clear();
    for (MissingKeys some : all) {
      Map<KeyId, String> own = missing.computeIfAbsent(some.provider(), _ -> new HashMap<>());
      some.ids().forEach(id -> own.put(new KeyId(id), some.reason()));
    }
  }

  /** Revision of the last update applied; 0 for none. */
  synchronized long revision() {
    return revision;
  }

  /** What to tell the manager. */
  synchronized HeldKeys held(boolean listing) {
    return new HeldKeys(
        revision,
        digest.text(),
        KeyDigest.ofMissing(lastMissing),
        listing ? Optional.of(names()) : Optional.empty());
  }

  /** The names of all keys that are here. */
  synchronized List<KeyNames> names() {
    List<KeyNames> names = new ArrayList<>();
    keks.forEach((provider, own) -> {
      if (!own.isEmpty()) {
        names.add(new KeyNames(provider, own.keySet().stream().map(KeyId::text).toList()));
      }
    });
    return names;
  }

  /** Whether it is here. */
  synchronized boolean has(UUID provider, KeyId id) {
    return keks.getOrDefault(provider, Map.of()).containsKey(id);
  }

  /** A copy of a key that is here, owned by the caller. */
  synchronized Optional<SecretBytes> copy(UUID provider, KeyId id) {
    return Optional.ofNullable(keks.getOrDefault(provider, Map.of()).get(id))
        .map(SecretBytes::copy);
  }

  /** Which keys of a provider this host should have and has not, with the reason; else empty. */
  public synchronized Optional<String> lack(UUID provider) {
    Map<KeyId, String> known = missing.getOrDefault(provider, Map.of());
    Set<KeyId> all = new HashSet<>(known.keySet());
    all.addAll(lacked.getOrDefault(provider, Set.of()));
    return all.stream()
        .min(Comparator.comparing(KeyId::text))
        .map(first ->
            (all.size() == 1 ? "key " + first : all.size() + " keys, such as " + first + ",")
                + " can't be had: "
                + known.getOrDefault(first, NOT_SENT));
  }

  /** How many keys are here. */
  public synchronized int size() {
    return keks.values().stream().mapToInt(Map::size).sum();
  }

  /** Erases every key. */
  @Override
  public synchronized void close() {
    keks.forEach(this::erase);
    keks.clear();
  }

  private static Set<KeyId> without(Set<KeyId> ids, KeyId id) {
    ids.remove(id);
    return ids;
  }

  private static Map<KeyId, String> without(Map<KeyId, String> ids, KeyId id) {
    ids.remove(id);
    return ids;
  }

  private boolean erase(UUID provider, Map<KeyId, SecretBytes> keys) {
    keys.forEach((id, kek) -> {
      kek.close();
      digest.remove(provider, id.text());
    });
    return true;
  }
}
