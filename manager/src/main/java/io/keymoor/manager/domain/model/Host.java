package io.keymoor.manager.domain.model;

import io.keymoor.provider.catalog.ProviderEntry;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * An enrolled host.
 *
 * @param id its id
 * @param name its name, unique
 * @param clusterId its cluster
 * @param clusterName that cluster's name
 * @param identity what it was enrolled with
 * @param lastSeen when it was last heard of; absent before the first time
 * @param facts what it is
 * @param condition how it is
 * @param tpm what is thought of its TPM
 */
public record Host(
    UUID id,
    String name,
    UUID clusterId,
    String clusterName,
    Identity identity,
    Optional<Instant> lastSeen,
    HostFacts facts,
    HostCondition condition,
    TpmStanding tpm) {

  /** Of whose TPM nothing is known. */
  public Host(
      UUID id,
      String name,
      UUID clusterId,
      String clusterName,
      Identity identity,
      Optional<Instant> lastSeen,
      HostFacts facts,
      HostCondition condition) {
    this(
        id,
        name,
        clusterId,
        clusterName,
        identity,
        lastSeen,
        facts,
        condition,
        TpmStanding.UNKNOWN);
  }

  /** Why it may not have the key of a provider (N3); absent when it may. */
  public Optional<TpmStanding.Withheld> withheld(ProviderEntry entry) {
    if (!entry.tpmRequired()) {
      return Optional.empty();
    }
    return facts.tpm()
        ? tpm.withheld(entry, name)
        : Optional.of(
            new TpmStanding.Withheld(
                entry,
                "no TPM seals the configuration of host " + name,
                "Use a host with a TPM 2.0, or another provider."));
  }

  /**
   * What a host was enrolled with.
   *
   * @param sealingKey its X25519 public key, base64
   * @param fingerprint SHA-256 of its certificate
   * @param enrolled when
   */
  public record Identity(String sealingKey, String fingerprint, Instant enrolled) {}

  /** What tasks and audit events call it. */
  public ObjectRef ref() {
    return new ObjectRef("host", id.toString(), name);
  }
}
