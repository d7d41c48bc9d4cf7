package io.keymoor.host.doctor;

import io.keymoor.host.vm.MigrationAddress;
import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.hypervisor.HypervisorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Whether encrypted VMs can come here by live migration, and the keys of that are nobody else's.
 *
 * @param migration what the agent is told
 * @param system whose qemu.conf and directories are looked at
 * @param connect connects with a libvirt
 */
record MigrationCheck(
    Doctor.Migration migration, HostSystem system, Function<String, Hypervisor> connect)
    implements Check {
  private static final String ADDRESS = "migration-uri";
  private static final String DIRECTORY = "migration-keys";
  private static final int GROUP_WRITES = 4;
  private static final String CONF = " in /etc/libvirt/qemu.conf and restart libvirtd.";

  @Override
  public List<Finding> look() {
    if (migration.uri().isEmpty() && migration.address().isEmpty()) {
      return List.of(
          Finding.ok(
              ADDRESS,
              "No --migration-uri was named: if the agent has none either, no VM comes here or"
                  + " leaves by live migration."));
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(address());
    findings.add(settings());
    findings.add(directory());
    return findings;
  }

  private Finding address() {
    String uri = migration.uri().orElse("");
    String address = migration.address().orElse("");
    if (!MigrationAddress.uriAllowed(uri) || !MigrationAddress.addressAllowed(address)) {
      return Finding.fix(
          ADDRESS,
          "Other hosts' agents use neither \""
              + uri
              + "\" as --migration-uri nor come to \""
              + address
              + "\" as --migration-address, one of which is wrong.",
          "Name both: qemu+tls://HOST/system or qemu+ssh://HOST/system, and a plain address.");
    }
    if (uri.startsWith("qemu+ssh:")) {
      return Finding.ok(ADDRESS, uri + " has the right form; it was not tried.");
    }
    try (Hypervisor there = connect.apply(uri)) {
      return Finding.ok(
          ADDRESS, uri + " is answered, by libvirt " + there.versions().libvirt() + ".");
    } catch (HypervisorException away) {
      return Finding.warn(
          ADDRESS,
          uri + " is not answered, so no VM can come here: " + away.getMessage(),
          "Set up libvirt's listener (virtproxyd-tls.socket or libvirtd-tls.socket, certificates in"
              + " /etc/pki), and try it from another host: virsh -c "
              + uri
              + " version");
    }
  }

  private Finding settings() {
    String pki = migration.pki().toString();
    Optional<String> found = system.qemuSetting("migrate_tls_x509_cert_dir");
    if (!found.map(Path::of).map(Path::normalize).equals(Optional.of(migration.pki()))) {
      return Finding.fix(
          "migration-tls",
          "QEMU looks for certificates of migrations in "
              + found.orElse("its default directory")
              + ", and the agent puts them into "
              + pki
              + ": every migration fails.",
          "Set migrate_tls_x509_cert_dir = \"" + pki + "\"" + CONF);
    }
    return system.qemuSetting("migrate_tls_x509_verify").filter("1"::equals).isPresent()
        ? Finding.ok("migration-tls", "Both ends of a migration show certificates.")
        : Finding.fix(
            "migration-tls",
            "QEMU lets anybody be the other end of a migration that comes here.",
            "Set migrate_tls_x509_verify = 1" + CONF);
  }

  private Finding directory() {
    Path pki = system.at(migration.pki().toString());
    String make =
        "install -d -o root -g libvirt-qemu -m 0750 "
            + migration.pki()
            + " (the group is QEMU's), before libvirtd starts.";
    if (!Files.isDirectory(pki, LinkOption.NOFOLLOW_LINKS)) {
      return Finding.fix(DIRECTORY, migration.pki() + " is no directory.", make);
    }
    String permissions = HostSystem.permissions(pki).orElse("?".repeat(9));
    boolean owned = HostSystem.owner(pki).equals(HostSystem.owner(system.at("/proc/self")));
    if (!owned || permissions.charAt(GROUP_WRITES) == 'w' || !permissions.endsWith("---")) {
      return Finding.fix(
          DIRECTORY,
          migration.pki()
              + " has the permissions "
              + permissions
              + (owned ? "" : " and another owner than this process")
              + ": others may read or replace the keys of migrations.",
          make);
    }
    return system.isMemory(migration.pki().toString())
        ? Finding.ok(DIRECTORY, migration.pki() + " is in memory, root's and QEMU's alone.")
        : Finding.warn(
            DIRECTORY,
            migration.pki()
                + " is on a disk ("
                + system.fileSystem(migration.pki().toString()).orElse("unknown")
                + "), which may keep traces of the keys that lie there while a VM migrates.",
            "Mount a tmpfs there before libvirtd starts, in /etc/fstab: tmpfs "
                + migration.pki()
                + " tmpfs size=1m,mode=0750,gid=libvirt-qemu 0 0");
  }
}
