package io.keymoor.hypervisor.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.hypervisor.Domain.Power;
import io.keymoor.hypervisor.Lab;
import io.keymoor.hypervisor.Libvirt;
import io.keymoor.hypervisor.process.Program;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateLibvirtTest {
  @TempDir static Path directory;
  private static PrivateLibvirt host;
  private static Libvirt libvirt;

  @BeforeAll
  static void startAHost() {
    Lab.requireHost();
    host = PrivateLibvirt.started(directory.resolve("a"), "alpha");
    libvirt = host.connect();
  }

  @AfterAll
  static void endTheHost() {
    if (host != null) {
      host.close();
      assertThat(host.processes()).isEmpty();
    }
    if (libvirt != null) {
      libvirt.close();
    }
  }

  @Test
  void twoHostsLiveSideBySideAndKnowNothingOfEachOther() {
    try (PrivateLibvirt other = PrivateLibvirt.started(directory.resolve("b b"), "beta");
        Libvirt otherLibvirt = other.connect()) {
      libvirt.define(Lab.paperDomain("here"));
      otherLibvirt.define(Lab.paperDomain("there"));

      assertThat(libvirt.domain("there")).isEmpty();
      assertThat(otherLibvirt.domain("here")).isEmpty();
      assertThat(Program.of("virsh", "-c", other.uri(), "hostname").output().strip())
          .isEqualTo("beta");
    }
    assertThat(libvirt.domain("here")).isPresent();
  }

  @Test
  void nothingIsMountedOutside() throws IOException {
    assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
        .doesNotContain(directory.toString());
  }

  @Test
  void aGuestOutlivesItsDaemonAndNotAPowerCut() {
    TestGuest guest = Lab.guest(host, Lab.requireGuest(), "power");
    libvirt.define(guest.definition());
    libvirt.start(guest.id());
    try (GuestConsole console = guest.openConsole()) {
      String written = console.writeFile("data", 200_000);

      host.restart();
      assertThat(console.checksum("data")).isEqualTo(written);
      assertThat(libvirt.domain("power").orElseThrow().power()).isEqualTo(Power.RUNNING);

      host.restartHost();
      assertThat(libvirt.domain("power").orElseThrow().power()).isEqualTo(Power.OFF);
      libvirt.start(guest.id());
      assertThat(console.readMarker()).isEqualTo("marker of power");
      assertThat(console.checksum("data")).isEqualTo(written);
      assertThat(console.tpmVersion()).isEmpty();

      libvirt.shutDown(guest.id());
      Lab.await().until(() -> libvirt.domain("power").orElseThrow().power() == Power.OFF);
    } finally {
      libvirt.powerOff(guest.id());
    }
  }

  @Test
  void aGuestReportsADiskOfUnknownOriginAndLeavesItAlone() throws Exception {
    GuestImage image = Lab.requireGuest();
    Path disk = host.guestDirectory().resolve("unknown.img");
    byte[] content = new byte[1 << 20];
    content[0] = 42;
    Files.write(disk, content);
    TestGuest guest = TestGuest.on(image, "unknown", disk, "raw", host.guestDirectory());
    libvirt.define(guest.definition());
    libvirt.start(guest.id());
    try (GuestConsole console = guest.openConsole()) {
      console.waitForBoot(Duration.ofMinutes(5));
      byte[] sector = new byte[512];
      sector[0] = 42;
      assertThat(console.disk())
          .isEqualTo(
              new GuestConsole.DiskView(
                  1 << 20,
                  HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(sector))));
      assertThatThrownBy(console::readMarker)
          .isInstanceOf(GuestConsole.GuestFailed.class)
          .hasMessageContaining("the disk is none of mine");
    } finally {
      libvirt.powerOff(guest.id());
    }
    assertThat(disk).hasBinaryContent(content);
  }

  @Test
  void aGuestBootsFromQcow2() throws IOException {
    GuestImage image = Lab.requireGuest();
    Path disk = host.guestDirectory().resolve("q.qcow2");
    image.makeDisk(disk, "qcow2", "in qcow2");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "r")) {
      assertThat(file.readInt()).isEqualTo(0x514649FB);
    }
    TestGuest guest = TestGuest.on(image, "q", disk, "qcow2", host.guestDirectory());
    libvirt.define(guest.definition());
    libvirt.start(guest.id());
    try (GuestConsole console = guest.openConsole()) {
      assertThat(console.readMarker()).isEqualTo("in qcow2");
    } finally {
      libvirt.powerOff(guest.id());
    }
  }

  @Test
  void openingARootAgainEndsWhatWasLeftThere() {
    Path root = directory.resolve("b b");
    PrivateLibvirt first = PrivateLibvirt.started(root, "gamma");
    try (PrivateLibvirt second = PrivateLibvirt.open(root, "gamma")) {
      assertThat(second.processes()).isEmpty();
      second.start();
      assertThat(second.processes()).isNotEmpty();
    } finally {
      first.close();
    }
  }

  @Test
  void aHostEndsWithTheProcessThatStartedItHoweverThatEnds() {
    Path root = directory.resolve("b b");
    Program.Outcome outcome =
        Program.at(Path.of(System.getProperty("java.home"), "bin/java"))
            .with("--enable-native-access=ALL-UNNAMED")
            .with("-cp", System.getProperty("java.class.path"))
            .with(AbandonedHost.class.getName(), root.toString())
            .within(Duration.ofMinutes(3))
            .run();

    assertThat(outcome.output()).as(outcome.errors()).contains("processes: 1");
    LabProcesses left = new LabProcesses(root.resolve("marks"));
    Lab.await().until(() -> left.living().isEmpty());
  }

  @Test
  void aRootWhoseSocketsWouldHaveTooLongNamesIsRefused() {
    Path root = directory.resolve("x".repeat(80));

    assertThatThrownBy(() -> PrivateLibvirt.open(root, "long"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("may have 70 characters");
  }
}
