package io.keymoor.hypervisor;

/**
 * Versions as text, such as "9.0.0".
 *
 * @param libvirt libvirt's
 * @param hypervisor QEMU's
 */
public record HypervisorVersions(String libvirt, String hypervisor) {}
