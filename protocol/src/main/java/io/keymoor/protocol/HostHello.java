package io.keymoor.protocol;

import java.time.Instant;
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
 * @param tpm whether the host has a TPM 2.0 that it can use
 */
public record HostHello(
    int protocolVersion,
    UUID hostId,
    String agentVersion,
    String libvirtVersion,
    String hypervisorVersion,
    Instant clock,
    boolean tpm) {
  /** The version that this package describes. */
  public static final int PROTOCOL_VERSION = 1;
}
