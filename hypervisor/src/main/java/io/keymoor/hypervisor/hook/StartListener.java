package io.keymoor.hypervisor.hook;

import io.keymoor.hypervisor.DomainDefinition;
import java.util.UUID;

/**
 * Asked before a domain with a key record starts, told when it has let go of everything.
 *
 * <p>While it decides, libvirt has the domain locked: it may define secrets and give them values,
 * but must not ask libvirt about that domain, or both would wait for each other. Called on threads
 * of the server, several at once.
 */
public interface StartListener {
  /**
   * Puts the secrets that the definition names into libvirt, or says why not. Has less than a
   * minute: then the hook refuses the start by itself and {@link #afterRelease} is called.
   */
  Verdict beforeStart(DomainDefinition definition);

  /**
   * Whether the domain may arrive here from another host. When it may, {@link #beforeStart} comes
   * next; a domain that does not arrive after all is not always released.
   */
  Verdict beforeArrival(DomainDefinition definition);

  /** The domain stopped, or its start failed: it needs no secret any more. */
  void afterRelease(UUID domain);
}
