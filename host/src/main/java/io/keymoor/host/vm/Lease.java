package io.keymoor.host.vm;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Which host may run a VM, as the shared storage says.
 *
 * @param version of this form: 1
 * @param vm the VM
 * @param host the host that runs it, or ran it last
 * @param hostName that host's name, for people
 * @param generation grows with every change
 * @param held whether the VM runs there, or did when the host was last heard of
 * @param move where it is being migrated to
 * @param changed when this was written, for people; no clock decides anything
 */
record Lease(
    int version,
    UUID vm,
    UUID host,
    String hostName,
    long generation,
    boolean held,
    Optional<Move> move,
    Instant changed) {
  static final int VERSION = 1;

  /**
   * A migration under way.
   *
   * @param to the host that may take the lease
   * @param toName that host's name
   * @param nonce names this migration and no other
   */
  record Move(UUID to, String toName, String nonce) {}

  boolean heldBy(UUID who) {
    return held && host.equals(who);
  }
}
