package io.keymoor.manager.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.FakeHost;
import io.keymoor.manager.testing.TestManager;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.HostCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A manager in a process of its own is killed between the states of a task and comes back. */
class KillTest {
  @TempDir private Path directory;
  private Path home = Path.of("");
  private @Nullable Process running;

  @BeforeEach
  void start() {
    home = directory.resolve("manager");
    TestManager.init(home, Map.of("task_start_seconds", 600));
    running = TestManager.startProcess(home);
  }

  @AfterEach
  void stop() throws InterruptedException {
    Process process = Objects.requireNonNull(running);
    process.destroy();
    assertThat(process.waitFor()).as("SIGTERM ends it cleanly").isEqualTo(143);
  }

  @Test
  void aTaskFinishesThoughTheManagerIsKilledInEveryOneOfItsStates() {
    try (Client admin = Client.administrator(home)) {
      admin.post("/clusters", "{'name':'lab'}");
      admin.createProvider("main");
      admin.backup("main", "pw");
      try (FakeHost host = FakeHost.enrol(admin, "lab", "kvm1")) {
        UUID vm = UUID.randomUUID();
        host.hello(false);
        DesiredState desired = host.pollDesired();
        host.report(desired, List.of(FakeHost.plainVm(vm, "web01")));
        admin.post("/vms", "{'host':'kvm1','domain':'web01'}");
        String task =
            admin
                .post("/vms/web01?action=encrypt", "{'provider':'main'}")
                .json()
                .path("task")
                .asText();

        killAndStart();
        assertThat(state(admin, task)).as("queued survives").isEqualTo("queued");
        HostCommand command = take(host, task);

        killAndStart();
        assertThat(take(host, task)).as("delivered again, the same").isEqualTo(command);
        host.progress(task, "encrypting", 10, 20);

        killAndStart();
        JsonNode now = admin.get("/tasks/" + task).json();
        assertThat(now.path("state").asText()).isEqualTo("running");
        assertThat(now.path("done").asLong()).as("acknowledged progress").isEqualTo(10);
        host.result(
            new CommandOutcome.Succeeded(
                task, "VM web01 is encrypted.", List.of(), Optional.empty()));

        killAndStart();
        assertThat(admin.awaitEnd(task).path("result").path("summary").asText())
            .as("an acknowledged outcome")
            .isEqualTo("VM web01 is encrypted.");
        assertThat(host.commands()).isEmpty();
        assertThat(admin.get("/kms/providers/main").json().path("native_info").path("backed_up"))
            .hasToString("true");
        assertThat(results(admin))
            .as("every step is in the trail once")
            .containsSubsequence("started", "ok")
            .doesNotContain("failed");
      }
    }
  }

  @Test
  void aSecondManagerOfTheSameDirectoryIsRefused() {
    assertThatThrownBy(() -> TestManager.start(home))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("runs in " + home + " already");
  }

  private void killAndStart() {
    Process process = Objects.requireNonNull(running);
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    running = TestManager.startProcess(home);
  }

  private static String state(Client admin, String task) {
    return admin.get("/tasks/" + task).json().path("state").asText();
  }

  private static HostCommand take(FakeHost host, String task) {
    return host.commands().stream()
        .filter(command -> command.id().equals(task))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> results(Client admin) {
    return admin.get("/audit?limit=1000").json().path("events").findValuesAsText("result");
  }
}
