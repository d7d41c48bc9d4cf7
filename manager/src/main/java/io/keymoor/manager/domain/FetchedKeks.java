package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.provider.KeyId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Names of KEKs that a KMS gave and whose state nobody asked for yet: hosts that lost all their
 * keys at once wait for the keys alone (docs/decisions/0064).
 *
 * <p>Guarantee: at most {@value #MOST}; what is too much is forgotten, and remembered when it is
 * fetched again. Thread-safe.
 */
final class FetchedKeks {
  /** The most of which is remembered that they were fetched. */
  static final int MOST = 100_000;

  /** So many are given at once, so that a KMS has other work in between. */
  static final int PORTION = 1000;

  /** The oldest first. */
  private final Set<KeyName> fetched = new LinkedHashSet<>();

  /** These were fetched. */
  synchronized void add(UUID provider, Collection<KeyId> ids) {
    for (KeyId id : ids) {
      if (fetched.size() == MOST) {
        return;
      }
      fetched.add(new KeyName(provider, id));
    }
  }

  /** Gives a portion of them away, by provider. */
  synchronized Map<UUID, List<KeyId>> take() {
    Map<UUID, List<KeyId>> portion = new HashMap<>();
    Iterator<KeyName> oldest = fetched.iterator();
    for (int taken = 0; taken < PORTION && oldest.hasNext(); taken++) {
      KeyName next = oldest.next();
      portion.computeIfAbsent(next.provider(), _ -> new ArrayList<>()).add(next.id());
      oldest.remove();
    }
    return portion;
  }
}
