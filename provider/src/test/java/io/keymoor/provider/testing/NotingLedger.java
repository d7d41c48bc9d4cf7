package io.keymoor.provider.testing;

import io.keymoor.provider.KeyId;
import io.keymoor.provider.standard.KeyLedger;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers what it is told. */
public final class NotingLedger implements KeyLedger {
  private final Map<UUID, String> keys = new ConcurrentHashMap<>();

  @Override
  public void asked(List<Intent> intents) {
    intents.forEach(it -> keys.put(it.mark(), ""));
  }

  @Override
  public void made(Map<UUID, KeyId> byMark) {
    byMark.forEach((mark, id) -> keys.put(mark, id.text()));
  }

  @Override
  public void notMade(Collection<UUID> marks) {
    marks.forEach(keys::remove);
  }

  /** Marks of requests of which nobody knows what they made. */
  public List<UUID> unanswered() {
    return keys.entrySet().stream()
        .filter(it -> it.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** How many keys were made for all it knows. */
  public int made() {
    return keys.size() - unanswered().size();
  }
}
