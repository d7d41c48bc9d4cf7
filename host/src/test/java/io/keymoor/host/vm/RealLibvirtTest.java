package io.keymoor.host.vm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.disk.engine.DiskEngine;
import io.keymoor.disk.engine.Shredder;
import io.keymoor.host.keys.HostKeys;
import io.keymoor.host.operation.CrashPoint;
import io.keymoor.host.operation.Journal;
import io.keymoor.hypervisor.Libvirt;
import io.keymoor.hypervisor.lab.GuestConsole;
import io.keymoor.hypervisor.lab.GuestImage;
import io.keymoor.hypervisor.lab.PrivateLibvirt;
import io.keymoor.hypervisor.lab.TestGuest;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.HostCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The operations on a real libvirt, QEMU and swtpm, with a real guest. */
class RealLibvirtTest {
  private static final int NV_INDEX = 0x0150_0001;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir static Path directory;
  private static PrivateLibvirt host;
  private static Libvirt libvirt;
  private static GuestImage image;
  private static HostKeys keys;
  private static HostVms vms;
  private static volatile Optional<CrashPoint> libvirtdDiesAt = Optional.empty();

  @BeforeAll
  static void startAHost() {
    PrivateLibvirt.unavailableReason().ifPresent(RealLibvirtTest::skip);
    GuestImage.unavailableReason(GuestImage.defaultCache()).ifPresent(RealLibvirtTest::skip);
    image = GuestImage.prepare(GuestImage.defaultCache());
    host = PrivateLibvirt.started(directory.resolve("h"), "alpha");
    libvirt = host.connect();
    keys = new HostKeys();
    keys.replace(TestHost.providers());
    SecureRandom random = new SecureRandom();
    vms =
        new HostVms(
            new VmTools(
                libvirt,
                keys,
                new Generations(),
                new Journal(directory.resolve("state/operations")),
                new DiskEngine(random),
                new Shredder(random),
                random,
                Clock.systemUTC(),
                RealLibvirtTest::reached,
                host.varLib().resolve("swtpm"),
                VmTools.VtpmRekeying.SWTPM,
                VmTools.FreeSpace.REAL),
            Optional::empty);
    vms.recover();
  }

  @AfterAll
  static void endTheHost() {
    if (host != null) {
      if (vms != null) {
        vms.close();
      }
      libvirt.close();
      host.close();
    }
  }

  private static void skip(String reason) {
    Assumptions.abort("skipped: " + reason);
  }

  private static TestGuest guest(String name, String format) {
    Path disk = host.guestDirectory().resolve(name + "." + format);
    image.makeDisk(disk, format, "marker of " + name);
    TestGuest guest = TestGuest.on(image, name, disk, format, host.guestDirectory());
    libvirt.define(guest.definition());
    return guest;
  }

  private static void succeed(HostCommand command) {
    assertThat(vms.commands().execute(command, TestHost.control()))
        .isInstanceOf(CommandOutcome.Succeeded.class);
  }

  private static void start(UUID vm) {
    succeed(new HostCommand.StartVm("s", vm));
  }

  private static void stop(UUID vm) {
    succeed(new HostCommand.StopVm("s", vm, true));
  }

  @Test
  void aGuestIsEncryptedRekeyedWhileItRunsAndRestartedWithTheNewKeyAlone() {
    TestGuest guest = guest("web01", "raw");
    succeed(new HostCommand.EncryptVm("c1", guest.id(), List.of(), TestHost.LAB, "key-1"));
    assertThat(guest.disk()).doesNotExist();
    start(guest.id());
    try (GuestConsole console = guest.openConsole()) {
      console.waitForBoot(PATIENCE);
      assertThat(console.readMarker()).isEqualTo("marker of web01");
      String checksum = console.writeFile("data", 1024 * 1024);
      assertThat(libvirt.secrets()).isEmpty();
      succeed(new HostCommand.RekeyVm("c2", guest.id(), TestHost.SECOND, "key-2"));
      assertThat(console.checksum("data")).isEqualTo(checksum);
      stop(guest.id());
      keys.replace(List.of(TestHost.provider(TestHost.SECOND, "second", 2)));
      start(guest.id());
      console.waitForBoot(PATIENCE);
      assertThat(console.checksum("data")).isEqualTo(checksum);
      stop(guest.id());
      keys.replace(TestHost.providers());
    }
    succeed(new HostCommand.DecryptVm("c3", guest.id(), List.of()));
    start(guest.id());
    try (GuestConsole console = guest.openConsole()) {
      console.waitForBoot(PATIENCE);
      assertThat(console.readMarker()).isEqualTo("marker of web01");
    }
    stop(guest.id());
  }

  @Test
  void aVtpmKeepsItsMemoryEncryptedInTheHomeOnTheDatastore() throws IOException {
    PrivateLibvirt.vtpmUnavailableReason().ifPresent(RealLibvirtTest::skip);
    TestGuest guest = guest("tpm01", "qcow2");
    succeed(new HostCommand.AddVtpm("c1", guest.id(), TestHost.LAB, "key-1"));
    byte[] memory = "remembered by the vTPM".getBytes(UTF_8);
    start(guest.id());
    try (GuestConsole console = guest.openConsole()) {
      console.waitForBoot(PATIENCE);
      assertThat(console.tpmVersion()).hasValue(2);
      console.tpm().store(NV_INDEX, memory);
    }
    stop(guest.id());
    Path home = host.guestDirectory().resolve("tpm01.keymoor");
    Path state = home.resolve("vtpm/tpm2/tpm2-00.permall");
    assertThat(state).exists();
    assertThat(new String(Files.readAllBytes(state), java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("remembered");
    succeed(new HostCommand.RekeyVm("c2", guest.id(), TestHost.SECOND, "key-2"));
    Files.delete(host.vtpmState(guest.id()));
    start(guest.id());
    try (GuestConsole console = guest.openConsole()) {
      console.waitForBoot(PATIENCE);
      assertThat(console.tpm().load(NV_INDEX, memory.length)).isEqualTo(memory);
    }
    stop(guest.id());
    succeed(new HostCommand.RemoveVtpm("c3", guest.id()));
    assertThat(home).doesNotExist();
    assertThat(libvirt.domain(guest.id()).orElseThrow().definition().tpm())
        .isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @EnumSource(names = {"ENCRYPT_DISK_COPIED", "ENCRYPT_COMMITTED"})
  void anOperationThatLibvirtdDiesInIsBroughtToItsEndWhenItIsBack(CrashPoint point) {
    String name = point.name().toLowerCase(Locale.ROOT);
    TestGuest guest = guest(name, "qcow2");
    HostCommand encrypt =
        new HostCommand.EncryptVm("c1", guest.id(), List.of(), TestHost.LAB, "key-1");
    libvirtdDiesAt = Optional.of(point);
    CommandOutcome outcome = vms.commands().execute(encrypt, TestHost.control());
    assertThat(outcome instanceof CommandOutcome.Succeeded)
        .isEqualTo(point == CrashPoint.ENCRYPT_COMMITTED);
    assertThat(guest.disk()).exists();
    host.start();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> new Journal(directory.resolve("state/operations")).open().isEmpty());
    assertThat(Files.exists(guest.disk())).isEqualTo(point == CrashPoint.ENCRYPT_DISK_COPIED);
    succeed(encrypt);
    assertThat(guest.disk()).doesNotExist();
    start(guest.id());
    try (GuestConsole console = guest.openConsole()) {
      console.waitForBoot(PATIENCE);
      assertThat(console.readMarker()).isEqualTo("marker of " + name);
    }
    stop(guest.id());
  }

  private static void reached(CrashPoint point) {
    if (libvirtdDiesAt.equals(Optional.of(point))) {
      libvirtdDiesAt = Optional.empty();
      host.kill();
    }
  }
}
