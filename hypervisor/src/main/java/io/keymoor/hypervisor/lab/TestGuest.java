package io.keymoor.hypervisor.lab;

import io.keymoor.hypervisor.DomainDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A VM made of a {@link GuestImage} and a disk.
 *
 * @param image what it boots
 * @param name the domain's name: letters, digits, dot, hyphen, underscore
 * @param id the domain's UUID
 * @param disk its only disk, as vda
 * @param format "raw" or "qcow2"
 * @param console the Unix socket of its serial line; at most 107 characters
 * @param mebibytes its memory
 */
public record TestGuest(
    GuestImage image, String name, UUID id, Path disk, String format, Path console, int mebibytes) {
  private static final int DEFAULT_MEBIBYTES = 160;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,60}");
  private static final String HARDWARE_VIRTUALISATION = ".*\\b(vmx|svm)\\b.*";

  /**
   * Without the kernel's self-tests, its random place in memory, its guards against other tenants
   * and its network: an emulated processor needs a sixth of its boot for them.
   */
  private static final String KERNEL_ARGUMENTS =
      "console=ttyS0 quiet panic=-1 rdinit=/init"
          + " nokaslr mitigations=off cryptomgr.notests ipv6.disable=1 audit=0";

  /** Little to find out about and to emulate; the instruction fills the pool of random bytes. */
  private static final String EMULATED_PROCESSOR =
      "<cpu mode='custom' match='exact' check='none'><model fallback='forbid'>qemu64</model>"
          + "<feature policy='require' name='rdrand'/></cpu>";

  public TestGuest {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("a guest's name has letters, digits, dots and hyphens");
    }
  }

  /** A guest on this disk, with its console in the directory {@code sockets}. */
  public static TestGuest on(
      GuestImage image, String name, Path disk, String format, Path sockets) {
    return new TestGuest(
        image,
        name,
        UUID.randomUUID(),
        disk.toAbsolutePath(),
        format,
        sockets.toAbsolutePath().resolve(name + ".tty"),
        DEFAULT_MEBIBYTES);
  }

  /** Its definition: no network, no graphics, no TPM, nothing encrypted. */
  public DomainDefinition definition() {
    boolean kvm = kvmWorks();
    return DomainDefinition.parse(
        """
        <domain type='%s'>
          <name>%s</name>
          <uuid>%s</uuid>
          <memory unit='MiB'>%d</memory>
          <vcpu>1</vcpu>
          <os>
            <type arch='x86_64' machine='pc'>hvm</type>
            <kernel>%s</kernel>
            <initrd>%s</initrd>
            <cmdline>%s</cmdline>
          </os>
          <features><acpi/></features>
          %s
          <on_reboot>restart</on_reboot>
          <on_crash>destroy</on_crash>
          <devices>
            <disk type='file' device='disk'>
              <driver name='qemu' type='%s' cache='writeback'/>
              <source file='%s'/>
              <target dev='vda' bus='virtio'/>
            </disk>
            <controller type='usb' model='none'/>
            <serial type='unix'>
              <source mode='bind' path='%s'/>
              <target port='0'/>
            </serial>
            <memballoon model='none'/>
          </devices>
        </domain>
        """
            .formatted(
                kvm ? "kvm" : "qemu",
                name,
                id,
                mebibytes,
                escaped(image.kernel()),
                escaped(image.initramfs()),
                KERNEL_ARGUMENTS,
                kvm ? "<cpu mode='host-passthrough'/>" : EMULATED_PROCESSOR,
                format,
                escaped(disk),
                escaped(console)));
  }

  /** A console on its serial line. */
  public GuestConsole openConsole() {
    return openConsole(console);
  }

  /** A console where the socket has another path from here than on the guest's host. */
  public GuestConsole openConsole(Path seenFromHere) {
    return new GuestConsole(seenFromHere);
  }

  private static String escaped(Path path) {
    return path.toString().replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;");
  }

  /** Some machines have the device without the processor's support for it: guests hang there. */
  private static boolean kvmWorks() {
    try {
      return Files.isWritable(Path.of("/dev/kvm"))
          && Files.readString(Path.of("/proc/cpuinfo"))
              .lines()
              .filter(line -> line.startsWith("flags"))
              .anyMatch(line -> line.matches(HARDWARE_VIRTUALISATION));
    } catch (IOException e) {
      return false;
    }
  }
}
