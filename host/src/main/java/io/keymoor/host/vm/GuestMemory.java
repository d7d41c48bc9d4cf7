package io.keymoor.host.vm;

import java.util.Optional;

/**
 * Whether guests' memory stays off disks in clear on this host (R10). Asked at every start of an
 * encrypted VM, because swap comes and goes. Thread-safe.
 */
@FunctionalInterface
public interface GuestMemory {
  /** Why an encrypted VM may not run here and what to do about it; empty when it may. */
  Optional<String> objection();
}
