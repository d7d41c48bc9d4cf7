package io.keymoor.protocol;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What an agent says first on every new connection.
 *
 * @param protocolVersion the newest version of this link that the agent speaks
 * @param hostId the host's id from its grant; must be the one in its certificate
 * @param agentVersion the agent's product version
 * @param libvirtVersion libvirt's version, "unavailable" while libvirt can't be reached
 * @param hypervisorVersion QEMU's version, likewise
 * @param clock the host's time, so that the manager can warn of clock skew
 * @param tpm whether a TPM 2.0 seals the host's configuration; the host says so itself
 * @param reach how others reach it for migrations; absent when none come to it
 */
public record HostHello(
    int protocolVersion,
    UUID hostId,
    String agentVersion,
    String libvirtVersion,
    String hypervisorVersion,
    Instant clock,
    boolean tpm,
    Optional<Reach> reach) {
  /** The version that this package describes. */
  public static final int PROTOCOL_VERSION = 1;

  /** Of a host that no VM can migrate to. */
  public HostHello(
      int protocolVersion,
      UUID hostId,
      String agentVersion,
      String libvirtVersion,
      String hypervisorVersion,
      Instant clock,
      boolean tpm) {
    this(
        protocolVersion,
        hostId,
        agentVersion,
        libvirtVersion,
        hypervisorVersion,
        clock,
        tpm,
        Optional.empty());
  }

  /**
   * How other hosts of its cluster reach it for migrations.
   *
   * @param libvirtUri connection URI of its libvirt, such as qemu+tls://kvm2/system
   * @param address the name or address at which its QEMUs listen
   */
  public record Reach(String libvirtUri, String address) {}
}
