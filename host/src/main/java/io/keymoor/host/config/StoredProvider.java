package io.keymoor.host.config;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A provider in the host configuration.
 *
 * @param id its id
 * @param name its present name
 * @param formerNames names it had
 * @param type "native" or another
 * @param tpmRequired whether only hosts with a TPM 2.0 may have the key
 * @param keyCheck check value of the KDK
 * @param kdk the KDK, where this host has it
 * @param fault why the host can't use the provider though it should; otherwise empty
 */
public record StoredProvider(
    UUID id,
    String name,
    List<String> formerNames,
    String type,
    boolean tpmRequired,
    String keyCheck,
    Optional<SealedSecret> kdk,
    String fault) {
  public StoredProvider {
    formerNames = List.copyOf(formerNames);
  }

  /** On a host without TPM: one that wants a TPM has no key there. */
  StoredProvider withoutTpm() {
    return tpmRequired
        ? new StoredProvider(id, name, formerNames, type, true, keyCheck, Optional.empty(), "")
        : this;
  }
}
