package io.keymoor.host;

import io.keymoor.host.command.CommandExecutor;
import io.keymoor.host.command.VmInventory;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.keys.HostKeys;
import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.protocol.HostHello;
import java.util.Optional;

/**
 * The part of an agent that knows VMs.
 *
 * @param hypervisor the host's libvirt
 * @param inventory says how the VMs are
 * @param executor does what commands ask for
 * @param reach how VMs come to it by migration
 * @param doors what is open towards libvirt, closed before the hypervisor is
 */
record VmSide(
    Hypervisor hypervisor,
    VmInventory inventory,
    CommandExecutor executor,
    Optional<HostHello.Reach> reach,
    AutoCloseable doors) {
  /** Makes it, once the keys are there. */
  @FunctionalInterface
  interface Factory {
    /** The VMs of the host with this configuration and these keys. */
    VmSide create(HostConfiguration configuration, HostKeys keys);
  }
}
