package io.keymoor.manager.domain.model;

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
 */
public record Host(
    UUID id,
    String name,
    UUID clusterId,
    String clusterName,
    Identity identity,
    Optional<Instant> lastSeen,
    HostFacts facts,
    HostCondition condition) {

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
