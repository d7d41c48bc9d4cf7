package io.keymoor.host.vm;

import io.keymoor.host.command.CommandControl;
import io.keymoor.hypervisor.Domain;
import io.keymoor.protocol.HostCommand;
import java.util.UUID;

/** Powers VMs on and off. */
final class PowerControl {
  private static final long POLL_MILLIS = 100;
  private static final int POLLS = 600;

  private final VmTools tools;
  private final SecretsForStart secrets;

  PowerControl(VmTools tools, SecretsForStart secrets) {
    this.tools = tools;
    this.secrets = secrets;
  }

  /** Unlocks and powers on. The secrets are gone again when this returns. */
  Result start(HostCommand.StartVm command) {
    Domain domain = tools.domain(command.vm());
    if (domain.active()) {
      return Result.of("VM \"" + domain.name() + "\" runs already.");
    }
    secrets.during(domain.definition(), () -> tools.hypervisor().start(domain.id()));
    return Result.of("VM \"" + domain.name() + "\" runs.");
  }

  /** Asks the guest to shut down, or powers off and waits until it is off. */
  Result stop(HostCommand.StopVm command, CommandControl control) {
    Domain domain = tools.domain(command.vm());
    if (!domain.active()) {
      return Result.of("VM \"" + domain.name() + "\" is off already.");
    }
    if (!command.force()) {
      tools.hypervisor().shutDown(domain.id());
      return Result.of("VM \"" + domain.name() + "\" was asked to shut down.");
    }
    tools.hypervisor().powerOff(domain.id());
    for (int i = 0; isActive(domain.id()); i++) {
      if (i == POLLS || control.cancelled() || Thread.currentThread().isInterrupted()) {
        throw new VmException(
            "vm_still_running",
            "VM \""
                + domain.name()
                + "\" was powered off, and libvirt says that it still runs. Look at it with: virsh"
                + " domstate "
                + domain.name());
      }
      Pause.ofMillis(POLL_MILLIS);
    }
    return Result.of("VM \"" + domain.name() + "\" is off.");
  }

  private boolean isActive(UUID vm) {
    return tools.hypervisor().domain(vm).map(Domain::active).orElse(false);
  }
}
