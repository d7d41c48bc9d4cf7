package io.keymoor.manager.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.manager.app.ManagerServer;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.Client.Answer;
import io.keymoor.manager.testing.FakeHost;
import io.keymoor.manager.testing.TestManager;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.CommandProgress;
import io.keymoor.protocol.CommandProgress.Pace;
import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.ProgressReply;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Pausing tasks, and who can't be paused. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PausedTasksTest {
  private static final String PHASE = "encrypting disk:vda while the VM runs";

  private volatile Duration ahead = Duration.ZERO;
  private Path home;
  private ManagerServer manager;
  private Client admin;
  private FakeHost host;
  private DesiredState desired;

  @BeforeAll
  void start(@TempDir Path directory) {
    home = directory.resolve("manager");
    TestManager.init(home, Map.of("task_start_seconds", 3600));
    manager = started();
    admin = Client.administrator(home);
    admin.post("/clusters", "{'name':'lab'}");
    admin.createProvider("main");
    admin.backup("main", "pw");
    host = FakeHost.enrol(admin, "lab", "kvm1");
    host.hello(false);
    desired = host.pollDesired();
  }

  @AfterAll
  void stop() {
    host.close();
    admin.close();
    manager.close();
  }

  private ManagerServer started() {
    return ManagerServer.start(home, () -> Instant.now().plus(ahead), new SecureRandom());
  }

  private void register(String name) {
    host.report(desired, List.of(FakeHost.plainVm(UUID.randomUUID(), name)));
    assertThat(admin.post("/vms", "{'host':'kvm1','domain':'" + name + "'}").status())
        .isEqualTo(201);
  }

  private String encrypting(String name, String body) {
    register(name);
    String task = admin.post("/vms/" + name + "?action=encrypt", body).json().path("task").asText();
    assertThat(host.commands()).anyMatch(command -> command.id().equals(task));
    return task;
  }

  private ProgressReply tell(String task, long done, Pace pace) {
    return host.progress(new CommandProgress(task, PHASE, done, 256, "bytes", pace));
  }

  private Answer act(String task, String action) {
    return admin.post("/tasks/" + task + "?action=" + action, "{}");
  }

  private JsonNode shown(String task) {
    return admin.get("/tasks/" + task).json();
  }

  private void end(String task) {
    host.result(new CommandOutcome.Succeeded(task, "Done.", List.of(), Optional.empty()));
    assertThat(admin.awaitEnd(task).path("state").asText()).isEqualTo("succeeded");
  }

  @Test
  void aPausedTaskShowsWhereItStandsAndGoesOnFromThere() {
    String task = encrypting("web01", "{'provider':'main'}");
    assertThat(tell(task, 64, Pace.OPEN)).isEqualTo(new ProgressReply(false, false));

    assertThat(act(task, "pause").status()).isEqualTo(202);
    assertThat(shown(task).path("state").asText()).isEqualTo("running");
    assertThat(shown(task).path("pause_requested").asBoolean()).isTrue();
    assertThat(tell(task, 65, Pace.OPEN)).isEqualTo(new ProgressReply(false, true));
    tell(task, 66, Pace.STANDING);
    JsonNode paused = shown(task);
    assertThat(paused.path("state").asText()).isEqualTo("paused");
    assertThat(paused.path("phase").asText()).isEqualTo(PHASE);
    assertThat(paused.path("done").asLong()).isEqualTo(66);
    assertThat(Instant.parse(paused.path("paused_since").asText()))
        .isBetween(Instant.now().minusSeconds(600), Instant.now());
    assertThat(admin.get("/tasks?limit=1").json().path("tasks").path(0).path("state").asText())
        .isEqualTo("paused");
    assertThat(act(task, "pause").status()).as("once more").isEqualTo(202);

    assertThat(act(task, "resume").json().path("task").asText()).isEqualTo(task);
    assertThat(shown(task).path("state").asText()).isEqualTo("running");
    assertThat(tell(task, 67, Pace.OPEN)).isEqualTo(new ProgressReply(false, false));
    assertThat(act(task, "resume").code()).isEqualTo("task_not_paused");
    end(task);
    assertThat(act(task, "pause").code()).isEqualTo("task_ended");
    assertThat(act(task, "resume").code()).isEqualTo("task_ended");
    assertThat(actions("web01")).containsSubsequence("task.pause", "task.resume", "vm.encrypt");
  }

  private List<String> actions(String vm) {
    return admin.get("/audit?limit=1000").json().path("events").findParents("action").stream()
        .filter(event -> event.path("object").path("name").asText().equals(vm))
        .filter(event -> event.path("result").asText().equals("ok"))
        .map(event -> event.path("action").asText())
        .toList();
  }

  @Test
  void aPausedTaskOutlivesTheManager() {
    String task = encrypting("web02", "{'provider':'main'}");
    tell(task, 64, Pace.OPEN);
    act(task, "pause");
    tell(task, 64, Pace.STANDING);
    manager.close();
    manager = started();
    assertThat(shown(task).path("state").asText()).isEqualTo("paused");
    assertThat(tell(task, 64, Pace.STANDING)).isEqualTo(new ProgressReply(false, true));
    act(task, "resume");
    end(task);
  }

  @Test
  void aPauseThatMayBeForgottenIsAnAlarm() {
    String task = encrypting("web07", "{'provider':'main'}");
    act(task, "pause");
    act(task, "pause");
    assertThat(alarms()).as("just asked for").isEmpty();
    ahead = Duration.ofHours(25);
    try {
      assertThat(alarms())
          .singleElement()
          .satisfies(alarm -> {
            assertThat(alarm.path("object").path("name").asText()).isEqualTo("web07");
            assertThat(alarm.path("severity").asText()).isEqualTo("warning");
            assertThat(alarm.path("detail").asText())
                .contains("keymoor task resume " + task)
                .contains("keymoor task cancel " + task);
          });
      act(task, "resume");
      assertThat(alarms()).isEmpty();
    } finally {
      ahead = Duration.ZERO;
    }
    end(task);
  }

  private List<JsonNode> alarms() {
    return admin.get("/alarms").json().path("alarms").findParents("code").stream()
        .filter(alarm -> alarm.path("code").asText().equals("task_paused"))
        .toList();
  }

  @Test
  void aPausedTaskIsCancelledLikeAnyOther() {
    String task = encrypting("web03", "{'provider':'main'}");
    tell(task, 64, Pace.OPEN);
    act(task, "pause");
    tell(task, 64, Pace.STANDING);
    assertThat(act(task, "cancel").status()).isEqualTo(202);
    assertThat(shown(task).path("state").asText()).isEqualTo("running");
    assertThat(tell(task, 64, Pace.STANDING)).isEqualTo(new ProgressReply(true, false));
    assertThat(act(task, "pause").detail()).contains("is being cancelled");
    host.result(new CommandOutcome.Cancelled(task, "As before.", Optional.empty()));
    assertThat(admin.awaitEnd(task).path("state").asText()).isEqualTo("cancelled");
  }

  @Test
  void whatWouldWaitForAPausedTaskIsRefusedAndSaysWhatToDo() {
    String task = encrypting("web04", "{'provider':'main'}");
    act(task, "pause");
    Answer refused = admin.post("/vms/web04?action=stop", "{}");
    assertThat(refused.code()).isEqualTo("vm_busy");
    assertThat(refused.detail())
        .contains("keymoor task resume " + task)
        .contains("keymoor task cancel " + task);
    act(task, "resume");
    end(task);
  }

  @Test
  void whatCanNotStandStillIsNotPausedAndThatIsSaid() {
    String task = encrypting("web05", "{'provider':'main'}");
    tell(task, 250, Pace.CLOSING);
    assertNotPaused(task, "past the point");
    String short1 = admin.post("/vms/web05?action=start", "{}").json().path("task").asText();
    assertNotPaused(short1, "only what writes disks anew");
    end(task);
    String home5 = encrypting("web06", "{'provider':'main','parts':['home']}");
    assertNotPaused(home5, "only what writes disks anew");
    end(home5);
    assertThat(act(UUID.randomUUID().toString(), "pause").code()).isEqualTo("task_not_found");
  }

  private void assertNotPaused(String task, String why) {
    Answer refused = act(task, "pause");
    assertThat(refused.code()).isEqualTo("task_not_pausable");
    assertThat(refused.detail()).contains(why).endsWith("Nothing was changed.");
    assertThat(shown(task).path("pause_requested").asBoolean()).isFalse();
  }

  @Test
  void aTaskThatNoHostHasIsNotPaused() {
    try (FakeHost away = FakeHost.enrol(admin, "lab", "away")) {
      away.hello(false);
      away.report(away.pollDesired(), List.of(FakeHost.plainVm(UUID.randomUUID(), "lonely")));
      admin.post("/vms", "{'host':'away','domain':'lonely'}");
      String task =
          admin
              .post("/vms/lonely?action=encrypt", "{'provider':'main'}")
              .json()
              .path("task")
              .asText();
      Answer refused = act(task, "pause");
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.code()).isEqualTo("task_not_pausable");
      assertThat(refused.detail()).contains("has not been begun by its host");
      act(task, "cancel");
    }
  }
}
