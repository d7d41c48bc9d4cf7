package io.keymoor.host.doctor;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether libvirt's own ways of writing guests' memory are closed (R10).
 *
 * @param system what is looked at
 */
record LibvirtFilesCheck(HostSystem system) implements Check {
  @Override
  public List<Finding> look() {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        empty(
            "managed-save",
            "/var/lib/libvirt/qemu/save",
            "saved states",
            "Start those VMs, or throw the states away: virsh managedsave-remove VM. Don't use"
                + " virsh managedsave or libvirt-guests' suspend for encrypted VMs."));
    findings.add(
        empty(
            "dumps",
            system.qemuSetting("auto_dump_path").orElse("/var/lib/libvirt/qemu/dump"),
            "dumps",
            "Remove them (shred -u) once nobody needs them."));
    findings.add(migration());
    return findings;
  }

  private Finding empty(String check, String directory, String what, String advice) {
    List<String> names = system.names(directory);
    return names.isEmpty()
        ? Finding.ok(check, directory + " holds no " + what + ".")
        : Finding.warn(
            check,
            directory
                + " holds "
                + what
                + ", which are guests' memory in clear: "
                + String.join(", ", names)
                + ".",
            advice);
  }

  private Finding migration() {
    return system.qemuSetting("migrate_tls_force").filter("1"::equals).isPresent()
        ? Finding.ok("migration", "libvirt refuses migrations without TLS.")
        : Finding.warn(
            "migration",
            "libvirt lets VMs migrate in clear, with their memory readable on the network.",
            "Set migrate_tls_force = 1 in /etc/libvirt/qemu.conf, with certificates in"
                + " migrate_tls_x509_cert_dir, and restart libvirtd.");
  }
}
