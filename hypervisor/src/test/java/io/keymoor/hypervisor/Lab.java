package io.keymoor.hypervisor;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.hypervisor.lab.GuestImage;
import io.keymoor.hypervisor.lab.PrivateLibvirt;
import io.keymoor.hypervisor.lab.TestGuest;
import io.keymoor.hypervisor.process.Program;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Assumptions;

/** What tests on a real libvirt need: a skip by name, images, patience. */
public final class Lab {
  private static final int LUKS_HEADER_BYTES = 2 * 1024 * 1024;

  private Lab() {}

  public static void requireHost() {
    PrivateLibvirt.unavailableReason().ifPresent(Lab::skip);
  }

  public static void requireVtpm() {
    PrivateLibvirt.vtpmUnavailableReason().ifPresent(Lab::skip);
  }

  public static GuestImage requireGuest() {
    Path cache = GuestImage.defaultCache();
    GuestImage.unavailableReason(cache).ifPresent(Lab::skip);
    return GuestImage.prepare(cache);
  }

  public static void requireProgram(String name) {
    if (Program.find(name).isEmpty()) {
      skip("the program " + name + " is not installed");
    }
  }

  private static void skip(String reason) {
    Assumptions.abort("skipped: " + reason);
  }

  /** Patience for a busy machine. */
  public static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofMinutes(2));
  }

  /** Thirty-two random bytes as hex: text, as LUKS and swtpm want it. */
  public static SecretBytes passphrase() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    return SecretBytes.takeOver(HexFormat.of().formatHex(random).getBytes(US_ASCII));
  }

  /** A guest with a clear raw disk in the host's own directory. */
  public static TestGuest guest(PrivateLibvirt host, GuestImage image, String name) {
    Path disk = host.guestDirectory().resolve(name + ".img");
    image.makeDisk(disk, "raw", "marker of " + name);
    return TestGuest.on(image, name, disk, "raw", host.guestDirectory());
  }

  /** A domain that is never started: a disk that need not be there. */
  public static DomainDefinition paperDomain(String name) {
    return DomainDefinition.parse(
        """
        <domain type='qemu'>
          <name>%s</name>
          <uuid>%s</uuid>
          <description>für Käufer</description>
          <memory unit='MiB'>128</memory>
          <os><type arch='x86_64' machine='pc'>hvm</type></os>
          <devices>
            <disk type='file' device='disk'>
              <driver name='qemu' type='raw'/>
              <source file='/nowhere/%s.img'/>
              <target dev='vda' bus='virtio'/>
            </disk>
            <graphics type='vnc' autoport='yes' passwd='konsole1'/>
          </devices>
        </domain>
        """
            .formatted(name, UUID.randomUUID(), name));
  }

  /** A copy of a raw image in a LUKS container, made by cryptsetup and qemu-img. */
  public static Path encrypted(Path raw, SecretBytes passphrase) throws IOException {
    Path container = raw.resolveSibling(raw.getFileName() + ".luks");
    try (RandomAccessFile file = new RandomAccessFile(container.toFile(), "rw")) {
      file.setLength(Files.size(raw) + LUKS_HEADER_BYTES);
    }
    Program.of("cryptsetup", "luksFormat", "-q", "--type", "luks1", "--pbkdf-force-iterations")
        .with("1000", "--key-file", "-", container.toString())
        .output(passphrase);
    Program.of(
            "qemu-img", "convert", "-n", "-f", "raw", "--object", "secret,id=key,file=/dev/stdin")
        .with(raw.toString(), "--target-image-opts")
        .with("driver=luks,key-secret=key,file.filename=" + container)
        .output(passphrase);
    return container;
  }
}
