package io.keymoor.hypervisor;

import java.util.UUID;

/**
 * A persistent domain at one moment.
 *
 * @param id its UUID
 * @param name its name
 * @param power whether it runs
 * @param definition what it is at its next start
 */
public record Domain(UUID id, String name, Power power, DomainDefinition definition) {
  /** Power states. */
  public enum Power {
    OFF,
    RUNNING,
    PAUSED,
    OTHER
  }

  /** True unless the domain is off: QEMU has its disks open. */
  public boolean active() {
    return power != Power.OFF;
  }
}
