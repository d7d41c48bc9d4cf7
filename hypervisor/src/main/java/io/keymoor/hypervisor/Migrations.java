package io.keymoor.hypervisor;

import java.util.Optional;
import java.util.UUID;

/**
 * Live migrations away from one libvirt host, always over TLS. The source's libvirt talks to the
 * destination's by itself, so a migration goes on though its caller dies. Thread-safe.
 */
public interface Migrations {
  /**
   * Where to.
   *
   * @param uri connection URI of the destination's libvirt, as the source's libvirt uses it
   * @param address at which the destination's QEMU listens: a name, an IPv4 address, or an IPv6
   *     address without brackets
   * @param tlsName the name in the certificate that the destination must show
   */
  record Target(String uri, String address, String tlsName) {}

  /**
   * Moves a running domain and returns when it runs there; its definition stays here and comes to
   * the destination too.
   *
   * @param unsafe also where libvirt thinks that the disks are not shared
   * @throws HypervisorException when it failed: the domain then runs here as before, or, when the
   *     connection to libvirt was lost, it is not known where
   */
  void migrate(UUID domain, Target to, boolean unsafe);

  /** How far the job is that libvirt does with the domain; absent when it does none. */
  Optional<Progress> progress(UUID domain);

  /** Bytes of memory. */
  record Progress(long done, long total) {}

  /** Ends the migration under way; harmless when there is none. */
  void abort(UUID domain);
}
