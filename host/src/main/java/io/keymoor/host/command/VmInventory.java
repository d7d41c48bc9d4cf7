package io.keymoor.host.command;

import io.keymoor.protocol.VmReport;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/** The VMs of this host. Thread-safe. */
public interface VmInventory {
  /**
   * Every persistent domain as it is now.
   *
   * @throws io.keymoor.hypervisor.HypervisorException when libvirt can't be asked
   */
  List<VmReport> report();

  /** Has {@code listener} called whenever {@link #report} would say something else than before. */
  void onChange(Runnable listener);

  /**
   * Finishes or rolls back what an earlier process began and did not end. Called once, before any
   * command is executed.
   *
   * @throws io.keymoor.hypervisor.HypervisorException when libvirt can't be asked; call it again
   */
  void recover();

  /** Has nothing moved on by itself of VMs for which {@code paused} says true. */
  void leaveAlone(Predicate<UUID> paused);
}
