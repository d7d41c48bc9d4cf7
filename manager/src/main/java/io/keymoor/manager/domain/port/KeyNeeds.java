package io.keymoor.manager.domain.port;

import io.keymoor.manager.domain.model.KeyName;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What the hosts of a cluster need of standard providers. */
@FunctionalInterface
public interface KeyNeeds {
  /** What a cluster needs now. */
  Needed of(UUID cluster);

  /**
   * Only {@link Needed#ofTasks}: what changes most often, and costs least to ask for where a
   * cluster has thousands of VMs.
   */
  default Map<UUID, KeyName> ofTasks(UUID cluster) {
    return of(cluster).ofTasks();
  }

  /**
   * KEKs of standard providers that exist here.
   *
   * @param all every key that a VM, a host key or an open task of the cluster names
   * @param ofTasks those that open tasks name, by task: two may follow each other under one key
   * @param providers the standard providers that there are
   */
  record Needed(Set<KeyName> all, Map<UUID, KeyName> ofTasks, Set<UUID> providers) {
    public Needed {
      all = Set.copyOf(all);
      ofTasks = Map.copyOf(ofTasks);
      providers = Set.copyOf(providers);
    }
  }
}
