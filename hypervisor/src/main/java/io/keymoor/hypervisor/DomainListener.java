package io.keymoor.hypervisor;

import java.util.UUID;

/** Hears what happens to the domains of a {@link Hypervisor}. */
public interface DomainListener {
  /** What happened. {@code RECONNECTED}: libvirt was away; anything may have happened meanwhile. */
  enum Event {
    DEFINED,
    UNDEFINED,
    STARTED,
    STOPPED,
    OTHER,
    RECONNECTED,
    DISCONNECTED
  }

  /** The zero UUID stands for the host as a whole. */
  UUID HOST = new UUID(0, 0);

  /**
   * Called for every event.
   *
   * @param domain the domain, {@link #HOST} for {@code RECONNECTED} and {@code DISCONNECTED}
   */
  void happened(Event event, UUID domain);
}
