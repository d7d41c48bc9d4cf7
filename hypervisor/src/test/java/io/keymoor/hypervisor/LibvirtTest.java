package io.keymoor.hypervisor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.hypervisor.Domain.Power;
import io.keymoor.hypervisor.DomainListener.Event;
import io.keymoor.hypervisor.HypervisorException.NoSuchDomain;
import io.keymoor.hypervisor.HypervisorException.Refused;
import io.keymoor.hypervisor.HypervisorException.Unavailable;
import io.keymoor.hypervisor.lab.GuestConsole;
import io.keymoor.hypervisor.lab.GuestImage;
import io.keymoor.hypervisor.lab.PrivateLibvirt;
import io.keymoor.hypervisor.lab.TestGuest;
import io.keymoor.hypervisor.process.Program;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibvirtTest {
  private static final int NV_INDEX = 0x0150_0001;

  @TempDir static Path directory;
  private static PrivateLibvirt host;
  private static Libvirt libvirt;

  @BeforeAll
  static void startAHost() {
    Lab.requireHost();
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

  @Test
  void saysItsVersions() {
    assertThat(libvirt.versions().libvirt()).matches("[0-9]+\\.[0-9]+\\.[0-9]+");
    assertThat(libvirt.versions().hypervisor()).matches("[0-9]+\\.[0-9]+\\.[0-9]+");
  }

  @Test
  void definesAndFindsADomainWithAllThatItsDefinitionSays() {
    DomainDefinition definition = Lab.paperDomain("defined").withKeyRecord("{\"v\": \"<1>\"}");

    libvirt.define(definition);

    Domain found = libvirt.domain("defined").orElseThrow();
    assertThat(found.id()).isEqualTo(definition.id());
    assertThat(found.power()).isEqualTo(Power.OFF);
    assertThat(found.definition().keyRecord()).contains("{\"v\": \"<1>\"}");
    assertThat(found.definition().xml()).contains("für Käufer").contains("konsole1");
    assertThat(libvirt.domain(definition.id()).map(Domain::name)).contains("defined");
    assertThat(libvirt.domains()).extracting(Domain::name).contains("defined");
  }

  @Test
  void theKeyRecordOfADomainThatIsOffChangesAlone() {
    DomainDefinition definition = Lab.paperDomain("record").withKeyRecord("old");
    libvirt.define(definition);
    DomainDefinition before = definitionOf(definition.id());

    libvirt.setKeyRecord(definition.id(), "new & <shiny>");

    DomainDefinition after = definitionOf(definition.id());
    assertThat(after.keyRecord()).contains("new & <shiny>");
    assertThat(after.withoutKeyRecord().xml().replaceAll("\\s+", ""))
        .isEqualTo(before.withoutKeyRecord().xml().replaceAll("\\s+", ""));
  }

  @Test
  void whatIsNotThereIsSaidInWords() {
    UUID nobody = UUID.randomUUID();

    assertThat(libvirt.domain(nobody)).isEmpty();
    assertThat(libvirt.domain("nobody")).isEmpty();
    assertThatThrownBy(() -> libvirt.start(nobody))
        .isInstanceOf(NoSuchDomain.class)
        .hasMessageContaining(nobody.toString());
    libvirt.removeSecret(nobody);
  }

  @Test
  void refusalsCarryLibvirtsOwnWords() {
    DomainDefinition definition = Lab.paperDomain("refused");
    libvirt.define(definition);

    assertThatThrownBy(() -> libvirt.start(definition.id()))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("was not started: ")
        .hasMessageContaining("/nowhere/refused.img");
  }

  @Test
  void secretsArePrivateReplaceableAndGoWithTheDaemon() {
    UUID id = UUID.randomUUID();
    try (SecretBytes first = Lab.passphrase();
        SecretBytes second = Lab.passphrase()) {
      libvirt.putSecret(id, "disk <vda> of web01", first);
      libvirt.putSecret(id, "disk <vda> of web01", second);
      assertThat(first.isClosed()).isFalse();
    }
    assertThat(libvirt.secrets()).contains(id);
    Program.Outcome asked =
        Program.of("virsh", "-c", host.uri(), "secret-get-value", id.toString()).run();
    assertThat(asked.exitCode()).isNotZero();
    assertThat(asked.errors()).contains("private");

    host.restart();

    assertThat(libvirt.secrets()).isEmpty();
  }

  @Test
  void aDiskWithoutItsSecretRefusesToStartAndBootsWithIt() throws IOException {
    GuestImage image = Lab.requireGuest();
    Lab.requireProgram("cryptsetup");
    TestGuest guest = Lab.guest(host, image, "luks");
    UUID secret = UUID.randomUUID();
    try (SecretBytes passphrase = Lab.passphrase();
        GuestConsole console = guest.openConsole()) {
      Path container = Lab.encrypted(guest.disk(), passphrase);
      Files.delete(guest.disk());
      libvirt.define(guest.definition().withDisk("vda", container, "raw", Optional.of(secret)));

      assertThatThrownBy(() -> libvirt.start(guest.id()))
          .isInstanceOf(Refused.class)
          .hasMessageContaining(secret.toString());

      libvirt.putSecret(secret, "disk vda of luks", passphrase);
      libvirt.start(guest.id());
      assertThat(console.readMarker()).isEqualTo("marker of luks");
      memoryComesThroughAPipeWithoutTheDisksPassphrase(guest.id(), passphrase);
      libvirt.removeSecret(secret);
      libvirt.reset(guest.id());
      String written = console.writeFile("data", 1 << 20);
      assertThat(console.checksum("data")).isEqualTo(written);
    } finally {
      libvirt.powerOff(guest.id());
    }
    assertThat(libvirt.domain(guest.id()).orElseThrow().power()).isEqualTo(Power.OFF);
  }

  /** Of the running guest above, whose boot costs seconds. */
  private void memoryComesThroughAPipeWithoutTheDisksPassphrase(UUID guest, SecretBytes passphrase)
      throws IOException {
    byte[] memory;
    try (MemoryPipe pipe = MemoryPipe.in(directory, "memory.")) {
      CompletableFuture<Void> dumped =
          CompletableFuture.runAsync(() -> libvirt.dumpMemory(guest, pipe.path()))
              .whenComplete((_, _) -> released(pipe));
      memory = pipe.input().readAllBytes();
      dumped.join();
    }
    String text = new String(memory, ISO_8859_1);
    assertThat(text).startsWith("\u007fELF").contains("marker of luks");
    assertThat(
            ClearBytes.<Boolean, RuntimeException>read(
                passphrase, clear -> text.contains(new String(clear, ISO_8859_1))))
        .as("the passphrase is QEMU's and not in the guest's memory")
        .isFalse();
    assertThat(libvirt.domain(guest).orElseThrow().power()).isEqualTo(Power.RUNNING);
  }

  private static void released(MemoryPipe pipe) {
    try {
      pipe.release();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Test
  void theKeyRecordOfARunningGuestChangesInBothDefinitions() {
    TestGuest guest = Lab.guest(host, Lab.requireGuest(), "live");
    libvirt.define(guest.definition().withKeyRecord("old"));
    libvirt.start(guest.id());
    try {
      libvirt.setKeyRecord(guest.id(), "new");

      assertThat(definitionOf(guest.id()).keyRecord()).contains("new");
      String live = Program.of("virsh", "-c", host.uri(), "dumpxml", "live").output();
      assertThat(DomainDefinition.parse(live).keyRecord()).contains("new");
      assertThat(libvirt.domain("live").orElseThrow().power()).isEqualTo(Power.RUNNING);
    } finally {
      libvirt.powerOff(guest.id());
    }
    libvirt.powerOff(guest.id());
  }

  @Test
  void theStateOfAVtpmIsEncryptedAndOutlivesItsDefinition() throws IOException {
    Lab.requireVtpm();
    TestGuest guest = Lab.guest(host, Lab.requireGuest(), "vtpm");
    UUID secret = UUID.randomUUID();
    DomainDefinition definition = guest.definition().withVtpm(secret);
    byte[] treasure = "kept in the TPM".getBytes(UTF_8);
    libvirt.define(definition);
    assertThatThrownBy(() -> libvirt.start(guest.id()))
        .isInstanceOf(Refused.class)
        .hasMessageContaining(secret.toString());
    try (SecretBytes passphrase = Lab.passphrase();
        GuestConsole console = guest.openConsole()) {
      libvirt.putSecret(secret, "vTPM", passphrase);
      libvirt.start(guest.id());
      assertThat(console.tpmVersion()).hasValue(2);
      assertThat(console.tpm().random(16)).hasSize(16);
      console.tpm().store(NV_INDEX, treasure);
      libvirt.powerOff(guest.id());
      libvirt.undefine(guest.id());

      assertThat(libvirt.domain(guest.id())).isEmpty();
      Path state = host.vtpmState(guest.id()).resolve("tpm2/tpm2-00.permall");
      assertThat(Files.readString(state, ISO_8859_1))
          .isNotEmpty()
          .doesNotContain("kept in the TPM");
      libvirt.define(definition);
      libvirt.start(guest.id());
      assertThat(console.tpm().load(NV_INDEX, treasure.length)).isEqualTo(treasure);
    } finally {
      libvirt.powerOff(guest.id());
    }
  }

  @Test
  void knowsOfMemoryInASnapshotAndRefusesToUndefineADomainWithSavedMemory() {
    TestGuest guest = Lab.guest(host, Lab.requireGuest(), "saved");
    libvirt.define(guest.definition());
    libvirt.start(guest.id());
    try (GuestConsole console = guest.openConsole()) {
      console.waitForBoot(Duration.ofMinutes(5));
    }
    assertThat(libvirt.memorySnapshots(guest.id())).isEmpty();
    Path memory = host.guestDirectory().resolve("saved.memory");
    Program virsh = Program.of("virsh", "-c", host.uri());
    virsh
        .with("snapshot-create-as", "saved", "before", "--memspec", memory + ",snapshot=external")
        .output();
    assertThat(memory).isNotEmptyFile();
    assertThat(libvirt.memorySnapshots(guest.id()))
        .containsExactly(new MemorySnapshot("before", memory));
    virsh.with("snapshot-delete", "--metadata", "saved", "before").output();
    assertThat(libvirt.memorySnapshots(guest.id())).isEmpty();
    Program.of("virsh", "-c", host.uri(), "managedsave", "saved").output();

    assertThatThrownBy(() -> libvirt.undefine(guest.id()))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("managed save");
    Program.of("virsh", "-c", host.uri(), "managedsave-remove", "saved").output();
  }

  @Test
  void eventsArriveAlsoAfterTheDaemonWasRestarted() {
    DomainDefinition first = Lab.paperDomain("event1");
    DomainDefinition second = Lab.paperDomain("event2");
    List<String> heard = new CopyOnWriteArrayList<>();
    try (Hypervisor.Subscription subscription =
        libvirt.listen((event, domain) -> heard.add(event + " " + domain))) {
      assertThat(subscription).isNotNull();
      libvirt.define(first);
      Lab.await().until(() -> heard.contains(Event.DEFINED + " " + first.id()));

      host.kill();
      Lab.await().until(() -> heard.contains(Event.DISCONNECTED + " " + DomainListener.HOST));
      host.start();
      Lab.await().until(() -> heard.contains(Event.RECONNECTED + " " + DomainListener.HOST));

      libvirt.define(second);
      libvirt.undefine(first.id());
      Lab.await().until(() -> heard.contains(Event.DEFINED + " " + second.id()));
      Lab.await().until(() -> heard.contains(Event.UNDEFINED + " " + first.id()));
    }
  }

  @Test
  void aDaemonThatIsGoneIsUnavailableUntilItIsBack() {
    libvirt.domains();
    host.kill();

    assertThatThrownBy(() -> libvirt.domains())
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("Check that libvirtd runs on this host.");

    host.start();
    assertThat(libvirt.domains()).isNotNull();
  }

  private static DomainDefinition definitionOf(UUID id) {
    return libvirt.domain(id).orElseThrow().definition();
  }
}
