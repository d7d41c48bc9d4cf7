package io.keymoor.host.config;

import java.util.UUID;

/**
 * The highest generation of every key record this host has seen, so that an older one put back is
 * noticed (R3). Kept in the encrypted host configuration: durable when a method returns, and
 * nothing that whoever can write to a datastore can change. Thread-safe.
 */
public interface SeenGenerations {
  /** The highest generation seen for the object; 0 for none. */
  long seen(UUID object);

  /** Remembers {@code generation} when it is higher than what is remembered. */
  void saw(UUID object, long generation);

  /**
   * Remembers {@code generation} though it may be lower: an administrator said that the object was
   * restored from a backup. 0 forgets the object.
   */
  void accept(UUID object, long generation);
}
