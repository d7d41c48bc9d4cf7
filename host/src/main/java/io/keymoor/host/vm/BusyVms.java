package io.keymoor.host.vm;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Which VMs are being changed now; one change at a time. Thread-safe. */
final class BusyVms {
  private final Set<UUID> changing = ConcurrentHashMap.newKeySet();

  /** A change under way; closing it ends it. */
  interface Claim extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Claims the VM.
   *
   * @throws VmException when it is being changed already
   */
  Claim claim(UUID vm, String name) {
    if (!changing.add(vm)) {
      throw VmException.busy(name);
    }
    return () -> changing.remove(vm);
  }

  boolean isChanging(UUID vm) {
    return changing.contains(vm);
  }
}
