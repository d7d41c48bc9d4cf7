package io.keymoor.manager.domain.delivery;

import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.port.KekSealing;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Which keys one host has, as it confirmed. Used by its {@link ClusterKeys} only. */
final class HostSet {
  private final KekSealing sealing;
  private final String nothing;
  private final Map<UUID, KeyName> told = new HashMap<>();
  private Optional<Set<KeyName>> held = Optional.of(Set.of());
  private String digest;
  private Optional<Proposal> proposed = Optional.empty();
  private Instant heard = Instant.MIN;
  private boolean caughtUp;
  private long quietAt = -1;

  /** What it has when it applied what was sent. */
  private record Proposal(Set<KeyName> keys, String digest) {}

  HostSet(KekSealing sealing) {
    this.sealing = sealing;
    this.nothing = sealing.digestOfHeld(Set.of());
    this.digest = nothing;
  }

  /** The host said this; true when it has other keys than before. */
  boolean heard(HeldByHost said, Instant now) {
    heard = now;
    if (said.listing().isPresent()) {
      return become(said.listing().get(), said.held());
    }
    if (held.isPresent() && said.held().equals(digest)) {
      return false;
    }
    if (proposed.filter(sent -> sent.digest().equals(said.held())).isPresent()) {
      return become(proposed.get().keys(), said.held());
    }
    caughtUp = false;
    quietAt = -1;
    if (said.held().equals(nothing)) {
      return become(Set.of(), nothing);
    }
    held = Optional.empty();
    return true;
  }

  private boolean become(Set<KeyName> keys, String newDigest) {
    held = Optional.of(keys);
    digest = newDigest;
    proposed = Optional.empty();
    told.values().retainAll(keys);
    quietAt = -1;
    return true;
  }

  /** Whether it is known what the host has. */
  boolean known() {
    return held.isPresent();
  }

  boolean has(KeyName key) {
    return held.filter(keys -> keys.contains(key)).isPresent();
  }

  /** What it has; nothing while that is not known. */
  Set<KeyName> keys() {
    return held.orElse(Set.of());
  }

  /** Keys were sent and others are to be erased; the host will say whether it did so. */
  void propose(Set<KeyName> added, Set<KeyName> removed) {
    Set<KeyName> keys = new HashSet<>(keys());
    keys.removeAll(removed);
    keys.addAll(added);
    proposed = Optional.of(new Proposal(keys, sealing.digestOfHeld(keys)));
  }

  /**
   * Of these tasks' keys, those that it has, for each task once: that a host has a key is written
   * into the task's row, and the next task under the same key has a row of its own.
   */
  Set<KeyName> arrived(Map<UUID, KeyName> keys) {
    told.keySet().retainAll(keys.keySet());
    Set<KeyName> news = new HashSet<>();
    keys.forEach((task, key) -> {
      if (has(key) && told.putIfAbsent(task, key) == null) {
        news.add(key);
      }
    });
    return news;
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
