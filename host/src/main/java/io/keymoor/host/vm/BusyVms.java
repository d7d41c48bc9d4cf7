package io.keymoor.host.vm;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Which VMs are being worked on now; one worker at a time. Commands wait for upkeep, which is short
 * or has to be done before them anyhow; upkeep leaves alone what a command works on. Thread-safe.
 */
final class BusyVms {
  private final Set<UUID> claimed = new HashSet<>();
  private final Set<UUID> notToStart = new HashSet<>();

  /** Work under way; closing it ends it. */
  interface Claim extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Claims the VM for a command, when nobody works on it any more.
   *
   * @param mayStart whether the VM may be started meanwhile
   * @throws VmException when the waiting was interrupted
   */
  synchronized Claim claim(UUID vm, String name, boolean mayStart) {
    try {
      while (claimed.contains(vm)) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw VmException.busy(name);
    }
    claimed.add(vm);
    if (!mayStart) {
      notToStart.add(vm);
    }
    return () -> release(vm);
  }

  /** Claims the VM for upkeep, unless somebody works on it. */
  synchronized Optional<Claim> claimForUpkeep(UUID vm) {
    return claimed.add(vm) ? Optional.of(() -> release(vm)) : Optional.empty();
  }

  private synchronized void release(UUID vm) {
    claimed.remove(vm);
    notToStart.remove(vm);
    notifyAll();
  }

  /** Whether a command is at work during which the VM must stay off. */
  synchronized boolean mustStayOff(UUID vm) {
    return notToStart.contains(vm);
  }
}
