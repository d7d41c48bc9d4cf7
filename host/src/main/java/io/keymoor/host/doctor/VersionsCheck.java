package io.keymoor.host.doctor;

import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.hypervisor.HypervisorVersions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Whether libvirt, QEMU and swtpm are there and new enough.
 *
 * @param hypervisor connects with libvirt
 * @param system where programs are looked for
 */
record VersionsCheck(Supplier<Hypervisor> hypervisor, HostSystem system) implements Check {
  private static final String LIBVIRT = "8.9.0";
  private static final String QEMU = "7.2.0";

  @Override
  public List<Finding> look() {
    List<Finding> findings = new ArrayList<>(libvirt());
    findings.add(
        system.hasProgram("swtpm") && system.hasProgram("swtpm_setup")
            ? Finding.ok("swtpm", "swtpm is installed.")
            : Finding.warn(
                "swtpm",
                "swtpm or swtpm_setup is missing: VMs with a vTPM don't start here.",
                "apt-get install swtpm swtpm-tools"));
    return findings;
  }

  private List<Finding> libvirt() {
    try (Hypervisor connected = hypervisor.get()) {
      HypervisorVersions versions = connected.versions();
      return List.of(
          atLeast("libvirt", versions.libvirt(), LIBVIRT),
          atLeast("qemu", versions.hypervisor(), QEMU));
    } catch (HypervisorException away) {
      return List.of(
          Finding.fix(
              "libvirt",
              "libvirt can't be asked: " + away.getMessage(),
              "systemctl start libvirtd, or name another one with --libvirt."));
    }
  }

  private static Finding atLeast(String check, String found, String needed) {
    return isAtLeast(found, needed)
        ? Finding.ok(check, "Version " + found + ".")
        : Finding.fix(
            check,
            "Version " + found + " is older than " + needed + ", the oldest one that works.",
            "Update it, or the distribution of this host.");
  }

  /** Compares number by number; what is no number counts as 0. */
  static boolean isAtLeast(String found, String needed) {
    String[] one = found.split("\\.");
    String[] other = needed.split("\\.");
    for (int i = 0; i < other.length; i++) {
      int difference = number(one, i) - number(other, i);
      if (difference != 0) {
        return difference > 0;
      }
    }
    return true;
  }

  private static int number(String[] parts, int index) {
    return index < parts.length && parts[index].matches("[0-9]{1,6}")
        ? Integer.parseInt(parts[index])
        : 0;
  }
}
