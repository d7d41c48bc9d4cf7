package io.keymoor.manager.domain.model;

import java.util.List;

/**
 * What stops working when a provider is deleted.
 *
 * @param vms VMs that lock
 * @param hosts hosts whose host key is under it
 * @param defaultOf "manager" or names of clusters whose default it is
 */
public record DeletionImpact(List<ObjectRef> vms, List<ObjectRef> hosts, List<String> defaultOf) {
  public DeletionImpact {
    vms = List.copyOf(vms);
    hosts = List.copyOf(hosts);
    defaultOf = List.copyOf(defaultOf);
  }
}
