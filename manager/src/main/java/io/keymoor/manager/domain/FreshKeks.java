package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * KEKs that a KMS gave when it made them, until the first who wants them takes them: hosts get a
 * new key without its being fetched a second time (docs/decisions/0027).
 *
 * <p>Guarantee: in erasable memory only; one that nobody took is erased after {@link #KEPT}, at the
 * latest by the next {@link #expire}, and the oldest go when there are more than {@value #MOST}.
 * Owns what it is given; what is taken is the taker's. Thread-safe.
 */
final class FreshKeks implements AutoCloseable {
  static final Duration KEPT = Duration.ofMinutes(2);

  private static final int MOST = 20_000;

  private record Kept(IssuedKey key, Instant since) {}

  private final InstantSource clock;

  /** The oldest first. */
  private final Map<KeyName, Kept> keks = new LinkedHashMap<>();

  private boolean closed;

  FreshKeks(InstantSource clock) {
    this.clock = clock;
  }

  /** Takes a key over. */
  synchronized void keep(IssuedKey key) {
    if (closed) {
      key.close();
      return;
    }
    Kept before =
        keks.put(new KeyName(key.provider().id(), key.id()), new Kept(key, clock.instant()));
    if (before != null) {
      before.key().close();
    }
    Iterator<Kept> oldest = keks.values().iterator();
    while (keks.size() > MOST) {
      oldest.next().key().close();
      oldest.remove();
    }
  }

  /** Gives away those of these keys that are here. */
  synchronized List<IssuedKey> take(UUID provider, Collection<KeyId> ids) {
    expire();
    List<IssuedKey> taken = new ArrayList<>();
    for (KeyId id : ids) {
      Kept kept = keks.remove(new KeyName(provider, id));
      if (kept != null) {
        taken.add(kept.key());
      }
    }
    return taken;
  }

  /** Erases what is too old. */
  synchronized void expire() {
    Instant over = clock.instant().minus(KEPT);
    Iterator<Kept> oldest = keks.values().iterator();
    while (oldest.hasNext()) {
      Kept kept = oldest.next();
      if (kept.since().isAfter(over)) {
        return;
      }
      kept.key().close();
      oldest.remove();
    }
  }

  /** Erases all, also what comes later. */
  @Override
  public synchronized void close() {
    closed = true;
    keks.values().forEach(kept -> kept.key().close());
    keks.clear();
  }
}
