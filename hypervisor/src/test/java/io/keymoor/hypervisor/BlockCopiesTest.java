package io.keymoor.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.hypervisor.lab.GuestConsole;
import io.keymoor.hypervisor.lab.GuestImage;
import io.keymoor.hypervisor.lab.PrivateLibvirt;
import io.keymoor.hypervisor.lab.TestGuest;
import io.keymoor.hypervisor.process.Program;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockCopiesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int LUKS_HEADER_BYTES = 2 * 1024 * 1024;

  @TempDir static Path directory;
  private static PrivateLibvirt host;
  private static Libvirt libvirt;
  private static GuestImage image;

  @BeforeAll
  static void startAHost() {
    Lab.requireHost();
    Lab.requireProgram("cryptsetup");
    image = Lab.requireGuest();
    host = PrivateLibvirt.started(directory.resolve("h"), "alpha");
    libvirt = host.connect();
  }

  @AfterAll
  static void endTheHost() {
    if (libvirt != null) {
      libvirt.close();
      host.close();
    }
  }

  /** An empty LUKS container for a disk like {@code raw}. */
  private static Path container(Path raw, SecretBytes passphrase) throws IOException {
    Path container = raw.resolveSibling(raw.getFileName() + ".luks");
    try (RandomAccessFile file = new RandomAccessFile(container.toFile(), "rw")) {
      file.setLength(Files.size(raw) + LUKS_HEADER_BYTES);
    }
    Program.of("cryptsetup", "luksFormat", "-q", "--type", "luks1", "--pbkdf-force-iterations")
        .with("1000", "--key-file", "-", container.toString())
        .output(passphrase);
    return container;
  }

  private static Optional<Path> image(DomainDefinition definition) {
    return definition.disk("vda").flatMap(DomainDisk::file);
  }

  @Test
  void aRunningGuestMovesIntoAnEncryptedImageAndNoticesNothing() throws IOException {
    TestGuest guest = Lab.guest(host, image, "moving");
    UUID secret = UUID.randomUUID();
    libvirt.define(guest.definition());
    assertThat(libvirt.liveDefinition(guest.id())).isEmpty();
    libvirt.start(guest.id());
    try (SecretBytes passphrase = Lab.passphrase();
        GuestConsole console = guest.openConsole()) {
      console.waitForBoot(PATIENCE);
      String before = console.writeFile("before", 1024 * 1024);
      Path target = container(guest.disk(), passphrase);
      BlockCopies copies = libvirt.blockCopies();
      libvirt.putSecret(secret, "new", passphrase);
      copies.start(
          guest.id(), "vda", new BlockCopies.Target(target, "raw", Optional.of(secret)), 0);
      libvirt.removeSecret(secret);
      String during = console.writeFile("during", 1024 * 1024);
      Lab.await().until(() -> copies.progress(guest.id(), "vda").orElseThrow().ready());
      assertThat(copies.progress(guest.id(), "vda").orElseThrow().file()).isEqualTo(target);
      copies.pivot(guest.id(), "vda");
      assertThat(copies.progress(guest.id(), "vda")).isEmpty();
      assertThat(image(libvirt.liveDefinition(guest.id()).orElseThrow())).contains(target);
      DomainDisk persistent = persistent(guest.id()).disk("vda").orElseThrow();
      assertThat(persistent.file()).contains(target);
      assertThat(persistent.luksSecret()).contains(secret);
      Files.delete(guest.disk());
      String after = console.writeFile("after", 1024 * 1024);
      libvirt.powerOff(guest.id());
      libvirt.putSecret(secret, "new", passphrase);
      libvirt.start(guest.id());
      console.waitForBoot(PATIENCE);
      assertThat(console.checksum("before")).isEqualTo(before);
      assertThat(console.checksum("during")).isEqualTo(during);
      assertThat(console.checksum("after")).isEqualTo(after);
    }
    libvirt.powerOff(guest.id());
  }

  @Test
  void aSlowCopyIsFoundByAnotherConnectionAndEndedByIt() throws IOException {
    TestGuest guest = Lab.guest(host, image, "staying");
    libvirt.define(guest.definition());
    libvirt.start(guest.id());
    Path target = guest.disk().resolveSibling("staying-copy.img");
    try (RandomAccessFile file = new RandomAccessFile(target.toFile(), "rw")) {
      file.setLength(Files.size(guest.disk()));
    }
    BlockCopies.Target to = new BlockCopies.Target(target, "raw", Optional.empty());
    libvirt.blockCopies().start(guest.id(), "vda", to, 65536);
    try (Libvirt another = host.connect()) {
      BlockCopies.Progress progress =
          another.blockCopies().progress(guest.id(), "vda").orElseThrow();
      assertThat(progress.ready()).isFalse();
      assertThatThrownBy(() -> another.blockCopies().pivot(guest.id(), "vda"))
          .isInstanceOf(HypervisorException.Refused.class);
      another.blockCopies().abort(guest.id(), "vda");
      another.blockCopies().abort(guest.id(), "vda");
      assertThat(another.blockCopies().progress(guest.id(), "vda")).isEmpty();
    }
    assertThat(image(libvirt.liveDefinition(guest.id()).orElseThrow())).contains(guest.disk());
    libvirt.powerOff(guest.id());
    assertThat(libvirt.blockCopies().progress(guest.id(), "vda")).isEmpty();
    assertThat(image(persistent(guest.id()))).contains(guest.disk());
  }

  @Test
  void theKeyRecordOfARunningDomainIsRemovedFromBothDefinitions() {
    TestGuest guest = Lab.guest(host, image, "record");
    libvirt.define(guest.definition().withKeyRecord("old"));
    libvirt.start(guest.id());
    libvirt.removeKeyRecord(guest.id());
    libvirt.removeKeyRecord(guest.id());
    assertThat(persistent(guest.id()).keyRecord()).isEmpty();
    assertThat(libvirt.liveDefinition(guest.id()).orElseThrow().keyRecord()).isEmpty();
    libvirt.powerOff(guest.id());
  }

  private static DomainDefinition persistent(UUID id) {
    return libvirt.domain(id).orElseThrow().definition();
  }
}
