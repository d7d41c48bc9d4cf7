package io.keymoor.manager.domain.delivery;

import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.port.KekSealing;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Which keys one host has, as it confirmed, which it lacks and which it has for nothing. Every
 * change costs what it is about, not what the host holds. Used by its {@link ClusterKeys} only,
 * under that one's lock.
 */
final class HostSet {
  /** How long other managers hear nothing of what a host has while all hosts are here. */
  private static final Duration TOLD_LATER = Duration.ofSeconds(5);

  private final KekSealing sealing;
  private final Map<KeyName, Need> needs;
  private final String nothing;
  private final Map<UUID, KeyName> told = new HashMap<>();
  private final Map<UUID, Instant> untold = new HashMap<>();
  private final Set<KeyName> held = new HashSet<>();
  private final Set<KeyName> lacking = new LinkedHashSet<>();
  private final Set<KeyName> surplus = new LinkedHashSet<>();
  private KekSealing.HeldFingerprint fingerprint;
  private boolean known = true;
  private String digest;
  private Optional<Proposal> proposed = Optional.empty();
  private Instant heard = Instant.MIN;
  private long turn = -1;
  private boolean caughtUp;
  private long quietAt = -1;

  /** What changes when it applies what was sent, and what it says then. */
  private record Proposal(
      Set<KeyName> added,
      Set<KeyName> removed,
      KekSealing.HeldFingerprint fingerprint,
      String digest) {}

  HostSet(KekSealing sealing, Map<KeyName, Need> needs) {
    this.sealing = sealing;
    this.needs = needs;
    this.fingerprint = sealing.fingerprint();
    this.nothing = fingerprint.text();
    this.digest = nothing;
    compare();
  }

  /** Whether nothing was heard of it with a later question: what it said before is history. */
  boolean isLatest(long asked) {
    if (asked < turn) {
      return false;
    }
    turn = asked;
    return true;
  }

  /** The host said this; true when it has other keys than before. */
  boolean heard(HeldByHost said, Instant now) {
    heard = now;
    if (said.listing().isPresent()) {
      return become(said.listing().get(), said.held());
    }
    if (known && said.held().equals(digest)) {
      return false;
    }
    if (proposed.filter(sent -> sent.digest().equals(said.held())).isPresent()) {
      return accept(proposed.get());
    }
    caughtUp = false;
    if (said.held().equals(nothing)) {
      return become(Set.of(), nothing);
    }
    known = false;
    quietAt = -1;
    return true;
  }

  private boolean become(Set<KeyName> keys, String newDigest) {
    held.clear();
    held.addAll(keys);
    fingerprint = sealing.fingerprint();
    keys.forEach(fingerprint::add);
    compare();
    settled(newDigest);
    return true;
  }

  private void compare() {
    lacking.clear();
    surplus.clear();
    needs.forEach((key, need) -> {
      if (need.needed() && !held.contains(key)) {
        lacking.add(key);
      }
    });
    held.stream().filter(key -> !needs.containsKey(key)).forEach(surplus::add);
  }

  private boolean accept(Proposal sent) {
    for (KeyName key : sent.removed()) {
      held.remove(key);
      compare(key);
    }
    for (KeyName key : sent.added()) {
      held.add(key);
      compare(key);
    }
    fingerprint = sent.fingerprint();
    settled(sent.digest());
    return true;
  }

  private void settled(String newDigest) {
    known = true;
    digest = newDigest;
    proposed = Optional.empty();
    told.values().retainAll(held);
    quietAt = -1;
  }

  /** The need of this key began, ended, or is gone. */
  void compare(KeyName key) {
    Need need = needs.get(key);
    boolean here = held.contains(key);
    change(lacking, key, need != null && need.needed() && !here);
    change(surplus, key, need == null && here);
  }

  private static void change(Set<KeyName> set, KeyName key, boolean in) {
    if (in) {
      set.add(key);
    } else {
      set.remove(key);
    }
  }

  /** Whether it is known what the host has. */
  boolean known() {
    return known;
  }

  boolean has(KeyName key) {
    return known && held.contains(key);
  }

  /** What it should have and has not. */
  Set<KeyName> lacking() {
    return lacking;
  }

  /** What it has and nothing needs. */
  Set<KeyName> surplus() {
    return surplus;
  }

  /** Keys were sent and others are to be erased; the host will say whether it did so. */
  void propose(Set<KeyName> added, Set<KeyName> removed) {
    KekSealing.HeldFingerprint then = fingerprint.copy();
    removed.forEach(then::remove);
    added.forEach(then::add);
    proposed = Optional.of(new Proposal(Set.copyOf(added), Set.copyOf(removed), then, then.text()));
  }

  /**
   * Of these tasks' keys, those that it has, for each task once: that a host has a key is written
   * into the task's row for other managers, and the next task under the same key has a row of its
   * own.
   *
   * @param atOnce whether other managers have hosts of the cluster; else most tasks have ended
   *     before anybody would read it
   */
  Set<KeyName> arrived(Map<UUID, KeyName> keys, boolean atOnce, Instant now) {
    told.keySet().retainAll(keys.keySet());
    untold.keySet().retainAll(keys.keySet());
    Set<KeyName> news = new HashSet<>();
    Instant due = now.minus(TOLD_LATER);
    keys.forEach((task, key) -> {
      if (has(key) && !told.containsKey(task)) {
        Instant since = untold.computeIfAbsent(task, _ -> now);
        if (atOnce || !since.isAfter(due)) {
          told.put(task, key);
          untold.remove(task);
          news.add(key);
        }
      }
    });
    return news;
  }

  /** Whether there are keys of tasks of which {@link #arrived} says nothing yet. */
  boolean tellsLater() {
    return !untold.isEmpty();
  }

  boolean heardSince(Instant then) {
    return !heard.isBefore(then);
  }

  boolean caughtUp() {
    return caughtUp;
  }

  /** It has all that could be had, once. */
  void catchUp() {
    caughtUp = true;
  }

  /** Whether there was nothing for it when the cluster was in this state. */
  boolean quietAt(long state) {
    return quietAt == state;
  }

  void beQuietAt(long state) {
    quietAt = state;
  }
}
