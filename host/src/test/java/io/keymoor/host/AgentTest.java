package io.keymoor.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keymoor.host.command.VmInventory;
import io.keymoor.host.config.ConfigurationException;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.keys.HostKeys;
import io.keymoor.host.link.LinkTiming;
import io.keymoor.host.testing.FakeManager;
import io.keymoor.host.testing.TestHost;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.HostReport;
import io.keymoor.protocol.HostReport.EncryptionMode;
import io.keymoor.protocol.ProviderReport;
import io.keymoor.protocol.VmReport;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentTest {
  private static final UUID WEB = UUID.fromString("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");
  private static final UUID LAB = UUID.fromString("aaaaaaaa-0000-4000-8000-000000000001");

  @TempDir Path path;

  private final FakeManager manager = new FakeManager();
  private final AwayHypervisor hypervisor = new AwayHypervisor();
  private final List<String> events = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    manager.close();
  }

  private static void eventually(ThrowingRunnable assertion) {
    await().atMost(Duration.ofSeconds(60)).untilAsserted(assertion);
  }

  private HostReport latest() {
    assertThat(manager.reports()).isNotEmpty();
    return manager.reports().getLast();
  }

  /** A VM side whose commands succeed, over the hypervisor of this test. */
  private VmSide side(HostConfiguration configuration, HostKeys keys) {
    VmInventory inventory =
        new VmInventory() {
          @Override
          public List<VmReport> report() {
            hypervisor.domains();
            return List.of();
          }

          @Override
          public void onChange(Runnable listener) {}

          @Override
          public void recover() {
            hypervisor.domains();
            events.add("recovered");
          }

          @Override
          public void leaveAlone(Predicate<UUID> paused) {}
        };
    return new VmSide(
        hypervisor,
        inventory,
        (command, control) -> {
          events.add(command.id());
          return new CommandOutcome.Succeeded(command.id(), "Done.", List.of(), Optional.empty());
        },
        Optional.empty(),
        () -> events.add("doors closed"));
  }

  private Agent start(TestHost host) {
    return Agent.start(
        host.directory(), path.resolve("key-holder"), this::side, LinkTiming.usual());
  }

  @Test
  void anAgentWorksWhileLibvirtIsAwayAndTakesCommandsUpAfterItsRecovery() {
    TestHost host = TestHost.enrolled(path, manager);
    try (SecretBytes kdk = SecretBytes.random(32, new SecureRandom());
        Agent agent = start(host)) {
      assertThat(agent.description()).contains("\"kvm1\" is ready");
      manager.desire(1, manager.assignment(LAB, "lab", kdk));
      manager.command(new HostCommand.EncryptVm("c1", WEB, List.of(), LAB, "k1"));
      eventually(() -> {
        assertThat(latest().providers())
            .extracting(ProviderReport::state)
            .containsExactly(ProviderReport.State.READY);
        assertThat(latest().hypervisorState()).contains("can't be reached");
        assertThat(latest().encryptionMode()).isEqualTo(EncryptionMode.PREPARED);
      });
      assertThat(manager.hellos().getFirst().libvirtVersion()).isEqualTo("unavailable");
      assertThat(events).isEmpty();

      hypervisor.comeBack();
      eventually(() -> assertThat(manager.outcomes()).hasSize(1));
      assertThat(events).containsExactly("recovered", "c1");
      eventually(() -> {
        assertThat(latest().hypervisorState()).isEqualTo("ok");
        assertThat(latest().encryptionMode()).isEqualTo(EncryptionMode.SAFE);
        assertThat(latest().hostKeyProvider()).contains(LAB);
      });
    }
    assertThat(events).last().isEqualTo("doors closed");
  }

  @Test
  void aSecondAgentIsRefusedAndTheFirstRunsOn() {
    hypervisor.comeBack();
    TestHost host = TestHost.enrolled(path, manager);
    try (Agent agent = start(host)) {
      assertThatThrownBy(() -> start(host)).isInstanceOf(ConfigurationException.InUse.class);
      manager.command(new HostCommand.StartVm("c1", WEB));
      eventually(() -> assertThat(manager.outcomes()).hasSize(1));
      assertThat(agent.description()).isNotEmpty();
    }
    start(host).close();
  }

  @Test
  void aHostThatIsNotEnrolledIsRefusedAndReleasesItsDirectory() {
    TestHost host = TestHost.initialised(path);
    assertThatThrownBy(() -> start(host)).isInstanceOf(ConfigurationException.GrantMissing.class);
    host.directory().lock().close();
  }
}
