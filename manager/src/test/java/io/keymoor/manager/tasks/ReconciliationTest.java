package io.keymoor.manager.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.manager.app.ManagerServer;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.FakeHost;
import io.keymoor.manager.testing.TestManager;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.HostCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReconciliationTest {
  @Test
  void aHostThatLostAProviderIsOfferedEverythingAgainAndASilentOneIsShown(@TempDir Path directory) {
    Path home = directory.resolve("manager");
    TestManager.init(home, Map.of("reconciliation_seconds", 1, "host_silence_seconds", 10));
    try (ManagerServer manager = TestManager.start(home);
        Client admin = Client.administrator(home)) {
      assertThat(manager.url()).isNotEmpty();
      admin.post("/clusters", "{'name':'lab'}");
      admin.createProvider("main");
      try (FakeHost host = FakeHost.enrol(admin, "lab", "kvm1")) {
        host.hello(false);
        DesiredState desired = host.pollDesired();
        DesiredState lost = new DesiredState(desired.revision(), List.of());
        host.report(lost, List.of());

        DesiredState again =
            Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(
                    () -> {
                      host.report(lost, List.of());
                      return host.poll().desired();
                    },
                    offered -> offered.isPresent())
                .orElseThrow();

        assertThat(again.revision()).isGreaterThan(desired.revision());
        assertThat(again.providers()).hasSize(1);
        host.report(lost, List.of(FakeHost.plainVm(UUID.randomUUID(), "web01")));
        admin.post("/vms", "{'host':'kvm1','domain':'web01'}");
        String task = admin.post("/vms/web01?action=start", "{}").json().path("task").asText();
        assertThat(host.commands()).extracting(HostCommand::id).contains(task);
        Awaitility.await()
            .atMost(Duration.ofMinutes(2))
            .untilAsserted(() ->
                assertThat(admin.get("/hosts/kvm1").json().path("state").asText())
                    .isEqualTo("NOT_RESPONDING"));
        assertThat(admin.get("/kms/providers/main").json().path("details").toString())
            .contains("kvm1 does not have it yet: not heard of since ");
        assertThat(admin.get("/tasks/" + task).json().path("host_silent").asText())
            .startsWith("Host kvm1 has not been heard of since ")
            .contains("stays open and goes on when the host is back");
        host.result(new CommandOutcome.Succeeded(task, "It runs.", List.of(), Optional.empty()));
        assertThat(admin.awaitEnd(task).has("host_silent")).isFalse();
      }
    }
  }
}
