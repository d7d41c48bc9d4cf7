package io.keymoor.hypervisor.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.HypervisorException.Refused;
import io.keymoor.hypervisor.Lab;
import io.keymoor.hypervisor.Libvirt;
import io.keymoor.hypervisor.lab.GuestConsole;
import io.keymoor.hypervisor.lab.GuestImage;
import io.keymoor.hypervisor.lab.PrivateLibvirt;
import io.keymoor.hypervisor.lab.TestGuest;
import io.keymoor.hypervisor.process.Program;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartHookTest {
  @TempDir static Path directory;
  private static Path exchange;
  private static PrivateLibvirt host;
  private static Libvirt libvirt;

  @BeforeAll
  static void startAHostWithTheHook() {
    Lab.requireHost();
    Lab.requireProgram("flock");
    exchange = directory.resolve("it's an exchange");
    host = PrivateLibvirt.open(directory.resolve("h"), "alpha");
    StartHook.install(host.hooksDirectory(), exchange);
    host.start();
    libvirt = host.connect();
  }

  @AfterAll
  static void endTheHost() {
    if (host != null) {
      host.close();
    }
    if (libvirt != null) {
      libvirt.close();
    }
  }

  @Test
  void secretsPutInTheHookAreEnoughForAPlainStart() throws IOException {
    GuestImage image = Lab.requireGuest();
    Lab.requireProgram("cryptsetup");
    TestGuest guest = Lab.guest(host, image, "plain");
    UUID secret = UUID.randomUUID();
    try (SecretBytes passphrase = Lab.passphrase();
        GuestConsole console = guest.openConsole()) {
      Path container = Lab.encrypted(guest.disk(), passphrase);
      libvirt.define(
          guest
              .definition()
              .withDisk("vda", container, "raw", Optional.of(secret))
              .withKeyRecord("{\"version\": 1}"));
      RecordingListener agent =
          new RecordingListener(definition -> {
            assertThat(definition.keyRecord()).contains("{\"version\": 1}");
            libvirt.putSecret(secret, "disk vda", passphrase);
            return new Verdict.Allow();
          });
      try (HookServer server = HookServer.open(exchange, agent)) {
        assertThat(server).isNotNull();
        Program.of("virsh", "-c", host.uri(), "start", "plain").output();

        assertThat(agent.asked).containsExactly(guest.id());
        assertThat(console.readMarker()).isEqualTo("marker of plain");
        assertThat(agent.released).isEmpty();
        libvirt.powerOff(guest.id());
        Lab.await().until(() -> agent.released.contains(guest.id()));
        Lab.await().until(() -> isEmpty(exchange.resolve("requests")));
      }
    } finally {
      libvirt.removeSecret(secret);
      libvirt.powerOff(guest.id());
    }
  }

  @Test
  void theReasonOfARefusalReachesTheOneWhoStarts() {
    DomainDefinition domain = defineWithRecord("refusal");
    RecordingListener agent =
        new RecordingListener(definition ->
            new Verdict.Refuse("The provider 'kms-a' doesn't answer;\n$(try) \"again\".\n"));
    try (HookServer server = HookServer.open(exchange, agent)) {
      assertThat(server).isNotNull();
      assertThatThrownBy(() -> libvirt.start(domain.id()))
          .isInstanceOf(Refused.class)
          .hasMessageContaining("The provider 'kms-a' doesn't answer; $(try) \"again\".");
    }
  }

  @Test
  void anAgentThatFailsRefuses() {
    DomainDefinition domain = defineWithRecord("failure");
    RecordingListener agent =
        new RecordingListener(definition -> {
          throw new IllegalStateException("internals");
        });
    try (HookServer server = HookServer.open(exchange, agent)) {
      assertThat(server).isNotNull();
      assertThatThrownBy(() -> libvirt.start(domain.id()))
          .isInstanceOf(Refused.class)
          .hasMessageContaining("Keymoor's agent failed while it prepared the keys of VM failure")
          .hasMessageNotContaining("internals");
    }
  }

  @Test
  void withoutAnAgentTheKeysCannotBeHad() {
    DomainDefinition domain = defineWithRecord("lonely");

    assertThatThrownBy(() -> libvirt.start(domain.id()))
        .isInstanceOf(Refused.class)
        .hasMessageContaining(
            "Keymoor's agent does not run on this host, so the keys of VM lonely can't be had;"
                + " start it (keymoor host run) and try again.");
  }

  @Test
  void domainsWithoutAKeyRecordStartAsEver() {
    DomainDefinition foreign = Lab.paperDomain("foreign");
    libvirt.define(foreign);

    // It fails where it would without any hook: its disk is not there.
    assertThatThrownBy(() -> libvirt.start(foreign.id())).hasMessageContaining("/nowhere/foreign");
    RecordingListener agent = new RecordingListener(definition -> new Verdict.Refuse("never"));
    try (HookServer server = HookServer.open(exchange, agent)) {
      assertThat(server).isNotNull();
      assertThatThrownBy(() -> libvirt.start(foreign.id()))
          .hasMessageContaining("/nowhere/foreign");
      assertThat(agent.asked).isEmpty();
    }
  }

  @Test
  void aStartThatFailsLaterIsReleased() {
    DomainDefinition domain = defineWithRecord("later");
    RecordingListener agent = new RecordingListener(definition -> new Verdict.Allow());
    try (HookServer server = HookServer.open(exchange, agent)) {
      assertThat(server).isNotNull();
      assertThatThrownBy(() -> libvirt.start(domain.id())).hasMessageContaining("/nowhere/later");
      Lab.await().until(() -> agent.released.contains(domain.id()));
    }
  }

  @Test
  void anAgentThatEndsMeanwhileIsNotWaitedFor() throws Exception {
    DomainDefinition domain = defineWithRecord("ending");
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    RecordingListener agent =
        new RecordingListener(definition -> {
          asked.countDown();
          awaitUninterrupted(end);
          return new Verdict.Allow();
        });
    HookServer server = HookServer.open(exchange, agent);
    Thread ending =
        Thread.ofVirtual()
            .start(() -> {
              awaitUninterrupted(asked);
              server.close();
            });
    try {
      assertThatThrownBy(() -> libvirt.start(domain.id()))
          .isInstanceOf(Refused.class)
          .hasMessageContaining("Keymoor's agent ended while it prepared the keys of VM ending");
    } finally {
      end.countDown();
      ending.join();
    }
    // What it prepared for a start that was given up must not stay.
    Lab.await().until(() -> agent.released.contains(domain.id()));
  }

  @Test
  void aSecondAgentIsRefused() {
    RecordingListener agent = new RecordingListener(definition -> new Verdict.Allow());
    try (HookServer first = HookServer.open(exchange, agent)) {
      assertThat(first).isNotNull();
      assertThatThrownBy(() -> HookServer.open(exchange, agent))
          .hasMessageContaining("another agent runs on this host");
    }
  }

  private static DomainDefinition defineWithRecord(String name) {
    DomainDefinition definition = Lab.paperDomain(name).withKeyRecord("{}");
    libvirt.define(definition);
    return definition;
  }

  private static boolean isEmpty(Path path) throws IOException {
    try (var files = Files.list(path)) {
      return files.findAny().isEmpty();
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
