package io.keymoor.manager.domain.delivery;

import io.keymoor.manager.domain.model.KeyName;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Which hosts have keys, as they told this manager.
 *
 * @param of the hosts that have a key, for every key that was asked about
 * @param elsewhere whether hosts of the cluster are connected to another manager, so that there may
 *     be more
 */
public record Holders(Map<KeyName, Set<UUID>> of, boolean elsewhere) {
  public Holders {
    of = Map.copyOf(of);
  }
}
