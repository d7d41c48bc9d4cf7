package io.keymoor.manager.domain.bulk;

import io.keymoor.manager.domain.model.PortionId;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** The portions of a wave, one for each host, as its tasks are made. Used by one thread. */
final class Portions {
  private final Map<UUID, PortionId> ids = new HashMap<>();
  private final Map<UUID, Integer> tasks = new HashMap<>();

  /** The id of one more task for a host. */
  UUID next(UUID host) {
    PortionId portion = ids.computeIfAbsent(host, _ -> PortionId.random());
    return portion.task(tasks.merge(host, 1, Integer::sum));
  }
}
