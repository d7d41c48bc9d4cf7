package io.keymoor.host;

import io.keymoor.host.command.CommandExecutor;
import io.keymoor.host.command.VmInventory;
import io.keymoor.host.config.SeenGenerations;
import io.keymoor.host.keys.HostKeys;

/**
 * The part of an agent that knows VMs.
 *
 * @param executor does what commands ask for
 * @param inventory says how the VMs are
 * @param doors what is open towards libvirt and closed at the end, such as the hook server
 */
record VmSide(CommandExecutor executor, VmInventory inventory, AutoCloseable doors) {
  /** Makes it, once the keys are there. */
  @FunctionalInterface
  interface Factory {
    VmSide create(HostKeys keys, SeenGenerations generations);
  }
}
