package io.keymoor.host;

import static io.keymoor.host.AgentScene.LAB;
import static io.keymoor.host.AgentScene.WEB;
import static io.keymoor.host.AgentScene.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.host.config.Resealing;
import io.keymoor.host.config.TpmTerms;
import io.keymoor.host.testing.AgentProcess;
import io.keymoor.host.testing.FakeManager;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.lab.PrivateLibvirt;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.HostReport.EncryptionMode;
import io.keymoor.protocol.VmReport;
import io.keymoor.tpm.PcrSelection;
import io.keymoor.tpm.lab.SoftwareTpm;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole agent as a process, between a manager and a libvirt of its own. */
class AssembledAgentTest {
  @TempDir static Path shared;

  private static @Nullable PrivateLibvirt started;

  @TempDir Path path;

  private AgentScene scene;

  @BeforeAll
  static void startLibvirt() {
    PrivateLibvirt.unavailableReason().ifPresent(reason -> Assumptions.abort("skipped: " + reason));
    started = PrivateLibvirt.started(shared.resolve("lab"), "kvm1");
  }

  @AfterAll
  static void stopLibvirt() {
    if (started != null) {
      started.close();
    }
  }

  @BeforeEach
  void enrol() throws IOException {
    scene = new AgentScene(Objects.requireNonNull(started), path, shared.resolve("run"));
  }

  @AfterEach
  void cleanUp() throws IOException {
    scene.close();
  }

  @Test
  void aVmIsEncryptedStartedLockedAndUnlocked() throws Exception {
    try (AgentProcess agent = scene.agent(Map.of())) {
      scene.provide(1);
      scene.succeed(new HostCommand.EncryptVm("encrypt", WEB, List.of(), LAB, "key-1"));
      scene.assertEncrypted();
      eventually(() -> {
        assertThat(scene.latest().encryptionMode()).isEqualTo(EncryptionMode.SAFE);
        assertThat(scene.web().parts())
            .filteredOn(part -> part.part().equals("disk:vda"))
            .allSatisfy(part -> assertThat(part.keyId()).contains("key-1"));
      });

      scene.succeed(new HostCommand.StartVm("start", WEB));
      eventually(() -> assertThat(scene.web().power()).isEqualTo(VmReport.Power.RUNNING));
      scene.succeed(new HostCommand.RekeyVm("rekey", WEB, LAB, "key-2"));
      scene.succeed(new HostCommand.StopVm("stop", WEB, true));

      scene.manager().desire(2);
      eventually(() ->
          assertThat(scene.web().lockedReason())
              .hasValueSatisfying(reason -> assertThat(reason).contains("lab", "key-2")));
      assertThat(scene.outcomeOf(new HostCommand.StartVm("locked", WEB)))
          .isInstanceOf(CommandOutcome.Failed.class);

      scene.provide(3);
      eventually(() -> assertThat(scene.web().lockedReason()).isEmpty());
      scene.succeed(new HostCommand.StartVm("unlocked", WEB));
      scene.succeed(new HostCommand.StopVm("end", WEB, true));
      assertThat(agent.terminate()).isZero();
    }
    scene.assertKeyIsInNoLog();
    scene.assertKeyIsInNoFileOfTheHost();
  }

  @Test
  void aCommandSurvivesTwoCrashesOfTheAgentAndSucceedsOnce() throws Exception {
    try (AgentProcess before = scene.agent(Map.of("KEYMOOR_CRASH_POINT", "ENCRYPT_DISK_COPIED"))) {
      scene.provide(1);
      scene.manager().command(new HostCommand.EncryptVm("encrypt", WEB, List.of(), LAB, "key-1"));
      assertThat(before.awaitExit()).isEqualTo(137);
    }
    assertThat(scene.disk()).exists();
    try (AgentProcess after = scene.agent(Map.of("KEYMOOR_CRASH_POINT", "ENCRYPT_COMMITTED"))) {
      assertThat(after.awaitExit()).isEqualTo(137);
    }
    assertThat(scene.manager().outcomes()).isEmpty();
    try (AgentProcess last = scene.agent(Map.of())) {
      assertThat(scene.awaitOutcome("encrypt"))
          .as(scene::log)
          .isInstanceOf(CommandOutcome.Succeeded.class);
      scene.assertEncrypted();
      scene.succeed(new HostCommand.StartVm("start", WEB));
      assertThat(last.terminate()).isZero();
    }
  }

  @Test
  void withoutTheManagerAndAfterAPowerCutAPlainStartOfLibvirtWorks() throws Exception {
    try (AgentProcess agent = scene.agent(Map.of())) {
      scene.provide(1);
      scene.succeed(new HostCommand.EncryptVm("encrypt", WEB, List.of(), LAB, "key-1"));
      agent.kill();
    }
    scene.manager().goAway();
    scene.libvirt().restartHost();
    assertThatThrownBy(scene::plainStart).hasMessageContaining("agent does not run");
    try (AgentProcess agent = scene.agent(Map.of())) {
      scene.plainStart();
      assertThat(scene.power()).isEqualTo(Domain.Power.RUNNING);
      scene.assertSecretsAreTakenAway();

      scene.libvirt().restart();
      assertThat(scene.power()).isEqualTo(Domain.Power.RUNNING);
      scene.powerOff();
      scene.manager().comeBack();
      scene.manager().desire(2);
      eventually(() -> assertThat(scene.latest().desiredRevision()).isEqualTo(2));
      assertThatThrownBy(scene::plainStart).hasMessageContaining("\"lab\"");
      scene.provide(3);
      scene.plainStart();
      assertThat(agent.terminate()).isZero();
    }
    assertThat(scene.power()).isEqualTo(Domain.Power.RUNNING);
  }

  @Test
  void aKeyOfAKmsOutlivesTheAgentAndNotTheHost() throws Exception {
    try (AgentProcess agent = scene.agent(Map.of())) {
      scene.provideKms(1);
      scene.succeed(new HostCommand.EncryptVm("encrypt", WEB, List.of(), LAB, "key-1"));
      scene.assertEncrypted();
      eventually(() -> assertThat(scene.keyHolderHas()).isEqualTo(1));
      agent.kill();
    }
    scene.manager().goAway();
    // It notices a new hook when it starts.
    scene.libvirt().restart();
    try (AgentProcess agent = scene.agent(Map.of())) {
      scene.plainStart();
      assertThat(scene.power()).isEqualTo(Domain.Power.RUNNING);
      scene.powerOff();
      agent.kill();
    }
    // R20: a restart of the host is the end of all its processes and an empty /run.
    scene.killKeyHolder();
    scene.emptyRunDirectory();
    try (AgentProcess agent = scene.agent(Map.of())) {
      assertThatThrownBy(scene::plainStart)
          .hasMessageContaining("key-1")
          .hasMessageContaining("\"lab\"");
      int before = scene.manager().reports().size();
      scene.manager().comeBack();
      eventually(() -> {
        assertThat(scene.manager().reports()).hasSizeGreaterThan(before);
        assertThat(scene.web().lockedReason()).isEmpty();
        assertThat(scene.latest().encryptionMode()).isNotEqualTo(EncryptionMode.ERROR);
      });
      scene.plainStart();
      assertThat(agent.terminate()).isZero();
    }
    scene.killKeyHolder();
    scene.assertKeyIsInNoLog();
    scene.assertKeyIsInNoFileOfTheHost();
  }

  @Test
  void aVmThatIsToStartAtBootRunsThoughLibvirtAsksBeforeItListensAndTheKeyComesLate()
      throws Exception {
    try (AgentProcess agent = scene.agent(Map.of())) {
      scene.provideKms(1);
      scene.succeed(new HostCommand.EncryptVm("encrypt", WEB, List.of(), LAB, "key-1"));
      agent.kill();
    }
    scene.autostart();
    scene.manager().goAway();
    scene.libvirt().cutPower();
    scene.killKeyHolder();
    scene.emptyRunDirectory();
    // As systemd has it: the agent first, then libvirt, which starts its VMs before it listens.
    try (AgentProcess agent = scene.agent(Map.of())) {
      scene.libvirt().start();
      assertThat(scene.power()).as("its key is with the manager").isEqualTo(Domain.Power.OFF);
      scene.manager().comeBack();
      eventually(() -> assertThat(scene.power()).as(scene::log).isEqualTo(Domain.Power.RUNNING));
      scene.assertSecretsAreTakenAway();

      // Shut down on purpose, it stays off, whoever restarts.
      eventually(() -> assertThat(scene.runDirectory().resolve("boot-starts/all")).exists());
      scene.powerOff();
      agent.kill();
    }
    try (AgentProcess agent = scene.agent(Map.of())) {
      int before = scene.manager().reports().size();
      eventually(() -> assertThat(scene.manager().reports()).hasSizeGreaterThan(before));
      assertThat(scene.power()).isEqualTo(Domain.Power.OFF);
      assertThat(agent.terminate()).isZero();
    }
    scene.killKeyHolder();
  }

  @Test
  void aKeyOfAKmsOutlivesTheHostWhereItsTpmSealsItAndAnAdministratorSaidSo() throws Exception {
    SoftwareTpm.unavailableReason().ifPresent(reason -> Assumptions.abort("skipped: " + reason));
    try (SoftwareTpm tpm = SoftwareTpm.start(path.resolve("tpm"))) {
      new Resealing(scene.host().directory(), new SecureRandom())
          .underTpm(tpm.tpm(), TpmTerms.of(PcrSelection.NONE))
          .orElseThrow()
          .close();
      try (AgentProcess agent = scene.agent(Map.of())) {
        scene.provideKms(1);
        scene.succeed(new HostCommand.EncryptVm("encrypt", WEB, List.of(), LAB, "key-1"));
        assertThat(scene.host().directory().keptKeys()).as("off unless switched on").doesNotExist();
        scene.manager().keepKeys(2, FakeManager.standard(LAB, "lab"));
        eventually(() -> assertThat(scene.host().directory().keptKeys()).exists());
        eventually(() -> assertThat(scene.host().directory().tpmVerdict()).isEmptyFile());
        assertThat(scene.manager().tpms().proved()).first().asString().startsWith("sha256:");
        agent.kill();
      }
      scene.assertKeyIsInNoFileOfTheHost();
      scene.manager().goAway();
      scene.killKeyHolder();
      scene.emptyRunDirectory();
      scene.libvirt().restartHost();
      try (AgentProcess agent = scene.agent(Map.of())) {
        scene.plainStart();
        assertThat(scene.power()).isEqualTo(Domain.Power.RUNNING);
        scene.powerOff();

        // Switched off again: erased.
        scene.manager().comeBack();
        scene.manager().desire(3, FakeManager.standard(LAB, "lab"));
        eventually(() -> assertThat(scene.latest().desiredRevision()).isEqualTo(3));
        eventually(() -> assertThat(scene.host().directory().keptKeys()).doesNotExist());
        assertThat(agent.terminate()).isZero();
      }
      scene.killKeyHolder();
    }
  }
}
