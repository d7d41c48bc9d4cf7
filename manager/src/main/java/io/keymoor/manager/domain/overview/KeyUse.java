package io.keymoor.manager.domain.overview;

import io.keymoor.manager.domain.model.ObjectRef;
import java.util.List;
import java.util.Optional;

/**
 * An object and the keys it needs (A5, K5).
 *
 * @param object a VM or a host
 * @param host the host that has it
 * @param cluster that host's cluster
 * @param registered whether a VM is in the inventory; true for hosts
 * @param template whether a VM is a template; false for hosts
 * @param kind none, vtpm_only, whole_vm, disks or host_key
 * @param keys the keys, one per provider and key id
 * @param lockedReason why a VM's keys can't be had
 */
public record KeyUse(
    ObjectRef object,
    String host,
    String cluster,
    boolean registered,
    boolean template,
    String kind,
    List<Key> keys,
    Optional<String> lockedReason) {
  public KeyUse {
    keys = List.copyOf(keys);
  }

  /**
   * A key and what is under it.
   *
   * @param providerId the provider's id as the object says
   * @param provider the provider's name, as it is called now where this manager has it
   * @param known whether this manager has the provider
   * @param keyId the key's id
   * @param parts the parts of the object under it
   */
  public record Key(
      String providerId, String provider, boolean known, String keyId, List<String> parts) {
    public Key {
      parts = List.copyOf(parts);
    }
  }

  /** Whether its parts are under different providers. */
  public boolean mixed() {
    return keys.stream().map(Key::providerId).distinct().count() > 1;
  }

  /** Whether this manager lacks a provider that it needs. */
  public boolean missing() {
    return keys.stream().anyMatch(key -> !key.known());
  }
}
