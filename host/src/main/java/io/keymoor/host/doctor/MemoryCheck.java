package io.keymoor.host.doctor;

import io.keymoor.host.keys.Swap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether memory of guests and of the agent can reach a disk in clear (R10).
 *
 * @param system what is looked at
 * @param runtime where hook and agent meet
 */
record MemoryCheck(HostSystem system, Path runtime) implements Check {
  private static final String STATE = "/var/lib/libvirt/qemu";

  @Override
  public List<Finding> look() {
    return List.of(
        swap(),
        dumps(),
        inMemory("runtime-memory", runtime),
        inMemory("key-holder", runtime.resolve("key-holder")),
        masterKeys());
  }

  private Finding swap() {
    Optional<String> objection =
        new Swap(system.at("/proc/swaps"), system.at("/sys/block")).objection();
    return objection
        .map(words ->
            Finding.fix(
                "swap",
                words,
                "swapoff -a and take it out of /etc/fstab; or per boot in /etc/crypttab: swap DEVICE"
                    + " /dev/urandom swap,cipher=aes-xts-plain64,size=512"))
        .orElseGet(() -> Finding.ok("swap", "Off, in memory, or encrypted with a key per boot."));
  }

  /** A core file of QEMU holds the guest's memory. */
  private Finding dumps() {
    List<String> dumpable = new ArrayList<>();
    for (String process : system.names("/proc")) {
      if (process.matches("[0-9]+") && isQemu(process) && mayDump(process)) {
        dumpable.add(process);
      }
    }
    Optional<String> configured =
        system.qemuSetting("max_core").filter(value -> !value.equals("0"));
    if (dumpable.isEmpty() && configured.isEmpty()) {
      return Finding.ok("core-dumps", "No QEMU process writes core files.");
    }
    return Finding.warn(
        "core-dumps",
        configured.map(value -> "max_core = " + value + " in /etc/libvirt/qemu.conf").orElse("QEMU")
            + (dumpable.isEmpty() ? "" : ", processes " + String.join(", ", dumpable))
            + ": a crash writes a guest's memory to the disk in clear, by "
            + system.text("/proc/sys/kernel/core_pattern").orElse("the kernel")
            + ".",
        "Set max_core = 0 in /etc/libvirt/qemu.conf, restart libvirtd, and restart those VMs.");
  }

  private boolean isQemu(String process) {
    return system.text("/proc/" + process + "/comm").orElse("").startsWith("qemu");
  }

  private boolean mayDump(String process) {
    return system.lines("/proc/" + process + "/limits").stream()
        .filter(line -> line.startsWith("Max core file size"))
        .anyMatch(line -> !line.substring("Max core file size".length()).strip().startsWith("0 "));
  }

  private Finding inMemory(String check, Path place) {
    String directory = place.toString();
    return system.isMemory(directory)
        ? Finding.ok(check, directory + " is in memory.")
        : Finding.fix(
            check,
            directory + " is on a disk (" + system.fileSystem(directory).orElse("unknown") + ").",
            "Mount a tmpfs there: what passes through it must be gone after a reboot.");
  }

  private Finding masterKeys() {
    return system.isMemory(STATE)
        ? Finding.ok("master-keys", STATE + " is in memory.")
        : Finding.warn(
            "master-keys",
            STATE
                + " is on a disk ("
                + system.fileSystem(STATE).orElse("unknown")
                + "), and libvirt keeps each running VM's master key there, with which its"
                + " secrets can be read.",
            "Encrypt this host's disk, or mount a tmpfs on "
                + STATE
                + " before libvirtd starts (saved states and NVRAM kept there must be moved"
                + " first). Never put that directory into a support bundle.");
  }
}
