package io.keymoor.manager.domain.model;

import java.time.Duration;
import java.util.Optional;

/**
 * What an agent says of its host when it connects.
 *
 * @param agentVersion the agent's version
 * @param libvirt libvirt's version
 * @param hypervisor QEMU's version
 * @param tpm whether the host has a usable TPM 2.0
 * @param clockSkew the host's clock minus the manager's
 * @param reach how VMs migrate to it; absent when none can
 */
public record HostFacts(
    String agentVersion,
    String libvirt,
    String hypervisor,
    boolean tpm,
    Duration clockSkew,
    Optional<Reach> reach) {
  /** Of a host that no VM can migrate to. */
  public HostFacts(
      String agentVersion, String libvirt, String hypervisor, boolean tpm, Duration clockSkew) {
    this(agentVersion, libvirt, hypervisor, tpm, clockSkew, Optional.empty());
  }

  /**
   * How other hosts of its cluster reach it for migrations, as it says itself.
   *
   * @param libvirtUri connection URI of its libvirt
   * @param address where its QEMUs listen
   */
  public record Reach(String libvirtUri, String address) {}
}
