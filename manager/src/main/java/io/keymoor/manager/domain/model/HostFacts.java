package io.keymoor.manager.domain.model;

import java.time.Duration;

/**
 * What an agent says of its host when it connects.
 *
 * @param agentVersion the agent's version
 * @param libvirt libvirt's version
 * @param hypervisor QEMU's version
 * @param tpm whether the host has a usable TPM 2.0
 * @param clockSkew the host's clock minus the manager's
 */
public record HostFacts(
    String agentVersion, String libvirt, String hypervisor, boolean tpm, Duration clockSkew) {}
