package io.keymoor.hypervisor.lab;

import io.keymoor.hypervisor.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What this machine lacks, in words for the one who can install it. */
final class Requirements {
  private static final List<String> HOST_PROGRAMS =
      List.of(
          "libvirtd",
          "qemu-system-x86_64",
          "qemu-img",
          "unshare",
          "setsid",
          "mount",
          "hostname",
          "awk");
  private static final List<String> VTPM_PROGRAMS = List.of("swtpm", "swtpm_setup");
  private static final List<String> GUEST_PROGRAMS = List.of("busybox", "mke2fs", "qemu-img");
  private static final List<String> KERNEL_PROGRAMS = List.of("apt-cache", "apt-get", "dpkg-deb");
  private static final String QEMU_DRIVER = "libvirt/connection-driver/libvirt_driver_qemu.so";

  private Requirements() {}

  static Optional<String> missingForHost() {
    return notLinux()
        .or(Requirements::notRoot)
        .or(() -> missing(HOST_PROGRAMS, "libvirt-daemon, qemu-system-x86, qemu-utils, util-linux"))
        .or(Requirements::noQemuDriver)
        .or(Requirements::noNamespaces);
  }

  static Optional<String> missingForVtpm() {
    return missing(VTPM_PROGRAMS, "swtpm, swtpm-tools");
  }

  static Optional<String> missingForGuest() {
    return notLinux().or(() -> missing(GUEST_PROGRAMS, "busybox-static, e2fsprogs, qemu-utils"));
  }

  static Optional<String> missingForKernel() {
    return missing(KERNEL_PROGRAMS, "apt, dpkg");
  }

  private static Optional<String> notLinux() {
    boolean fits =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");
    return fits ? Optional.empty() : Optional.of("this is no Linux on amd64");
  }

  private static Optional<String> notRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)
          ? Optional.empty()
          : Optional.of("a private libvirt needs root, for its mounts");
    } catch (IOException e) {
      return Optional.of("/proc can't be read: " + e.getMessage());
    }
  }

  private static Optional<String> missing(List<String> programs, String packages) {
    List<String> missing = programs.stream().filter(name -> Program.find(name).isEmpty()).toList();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "not installed: "
                + String.join(", ", missing)
                + " (Debian packages: "
                + packages
                + ")");
  }

  private static Optional<String> noQemuDriver() {
    boolean present =
        Stream.of("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib")
            .anyMatch(directory -> Files.exists(Path.of(directory, QEMU_DRIVER)));
    return present
        ? Optional.empty()
        : Optional.of("libvirt's QEMU driver is missing (package libvirt-daemon-driver-qemu)");
  }

  private static Optional<String> noNamespaces() {
    Program.Outcome outcome = Program.of("unshare", "-m", "-u", "true").run();
    return outcome.exitCode() == 0
        ? Optional.empty()
        : Optional.of("this machine permits no namespaces: " + outcome.errors().strip());
  }
}
