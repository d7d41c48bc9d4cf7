package io.keymoor.host.doctor;

import io.keymoor.host.config.HostDirectory;
import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.hypervisor.Libvirt;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a host.
 *
 * <p>Guarantee: nothing is changed, and one check that fails does not keep the others from being
 * made. May run beside the agent.
 */
public final class Doctor {
  private static final Logger LOG = LoggerFactory.getLogger(Doctor.class);

  private final List<Check> checks;

  Doctor(List<Check> checks) {
    this.checks = List.copyOf(checks);
  }

  /**
   * Where things of the host are.
   *
   * @param directory the agent's
   * @param hooks libvirt's hooks, "/etc/libvirt/hooks"
   * @param runtime where hook and agent meet, "/run/keymoor"
   * @param migration how VMs come here
   */
  public record Places(HostDirectory directory, Path hooks, Path runtime, Migration migration) {}

  /**
   * How VMs come to the host by live migration, as its agent is told.
   *
   * @param uri how other hosts' libvirts reach this one's; absent where none come
   * @param address where its QEMUs listen
   * @param pki where QEMU finds the certificates of a migration
   */
  public record Migration(Optional<String> uri, Optional<String> address, Path pki) {}

  /** All checks of the host that this process runs on. */
  public static Doctor ofThisHost(
      Places places, Supplier<Hypervisor> hypervisor, InstantSource clock) {
    HostSystem system = HostSystem.real();
    return new Doctor(
        List.of(
            new VersionsCheck(hypervisor, system),
            new DirectoryCheck(places.directory(), system),
            new IdentityCheck(places.directory(), clock),
            new ManagerCheck(places.directory(), clock),
            new HookCheck(places.hooks(), places.runtime(), system),
            new MemoryCheck(system, places.runtime()),
            new LibvirtFilesCheck(system),
            new MigrationCheck(places.migration(), system, Libvirt::new),
            new TpmCheck(places.directory(), system),
            new AttestationCheck(places.directory())));
  }

  /** What all checks found, in their order. */
  public List<Finding> examine() {
    List<Finding> all = new ArrayList<>();
    for (Check check : checks) {
      try {
        all.addAll(check.look());
      } catch (RuntimeException failure) {
        LOG.debug("A check failed", failure);
        all.add(
            Finding.warn(
                "doctor",
                "One check could not be made: " + failure,
                "Run it as root; if it stays, report it as a defect of Keymoor's."));
      }
    }
    return all;
  }

  /** Whether something must be put right. */
  public static boolean mustFix(List<Finding> findings) {
    return findings.stream().anyMatch(finding -> finding.level() == Finding.Level.FIX);
  }
}
