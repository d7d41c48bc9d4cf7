package io.keymoor.manager.domain;

import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.catalog.ProviderHealth;
import java.util.List;
import java.util.Optional;

/**
 * A provider and how it stands.
 *
 * @param entry the provider
 * @param health its health
 * @param hosts how every host has it
 * @param kms its KMS, of a standard provider
 * @param isDefault whether it is the manager's default
 * @param defaultForClusters clusters whose default it is
 * @param vms how many VMs need it
 * @param hostKeys how many hosts have their host key under it
 */
public record ProviderView(
    ProviderEntry entry,
    ProviderHealth health,
    List<ProviderHealth.OnHost> hosts,
    Optional<KmsView> kms,
    boolean isDefault,
    List<String> defaultForClusters,
    int vms,
    int hostKeys) {
  public ProviderView {
    hosts = List.copyOf(hosts);
    defaultForClusters = List.copyOf(defaultForClusters);
  }
}
