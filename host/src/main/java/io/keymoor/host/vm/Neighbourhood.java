package io.keymoor.host.vm;

import io.keymoor.hypervisor.Migrations;
import java.util.Optional;

/**
 * What a host has to do with the other hosts of its cluster.
 *
 * @param leases say which host runs a VM on shared storage
 * @param moving how VMs leave and arrive, where that is set up
 */
public record Neighbourhood(Leases leases, Optional<Moving> moving) {
  /** A host by itself. */
  public static Neighbourhood none() {
    return new Neighbourhood(Leases.none(), Optional.empty());
  }

  /**
   * How VMs leave and arrive.
   *
   * @param migrations of this host's libvirt
   * @param files where QEMU finds certificates
   * @param notes of what has begun
   * @param unsafeStorage also migrate what libvirt takes for disks on storage of this host alone
   */
  public record Moving(
      Migrations migrations, ChannelFiles files, MoveNotes notes, boolean unsafeStorage) {}
}
