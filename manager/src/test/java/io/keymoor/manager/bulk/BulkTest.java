package io.keymoor.manager.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.manager.app.ManagerServer;
import io.keymoor.manager.testing.BusyHost;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.Client.Answer;
import io.keymoor.manager.testing.TestManager;
import io.keymoor.protocol.VmReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of records on one manager move between providers, whatever is killed meanwhile. */
class BulkTest {
  @TempDir private Path directory;
  private Path home = Path.of("");
  private @Nullable ManagerServer manager;
  private @Nullable Client administrator;
  private final List<BusyHost> hosts = new ArrayList<>();
  private UUID first = new UUID(0, 0);
  private UUID second = new UUID(0, 0);

  @BeforeEach
  void start() {
    home = directory.resolve("manager");
    TestManager.init(home, Map.of("task_start_seconds", 600, "report_seconds", 1));
    manager = TestManager.start(home);
    administrator = Client.administrator(home);
    admin().post("/clusters", "{'name':'lab'}");
    first = provider("first");
    second = provider("second");
  }

  @AfterEach
  void stop() {
    hosts.forEach(BusyHost::close);
    admin().close();
    Objects.requireNonNull(manager).close();
  }

  private Client admin() {
    return Objects.requireNonNull(administrator);
  }

  private UUID provider(String name) {
    UUID id = UUID.fromString(admin().createProvider(name).path("id").asText());
    admin().backup(name, "pw");
    return id;
  }

  private void enrol(int howMany, int vms) {
    for (int i = 0; i < howMany; i++) {
      hosts.add(BusyHost.enrol(admin(), "kvm" + i, vms, first));
    }
  }

  private void startHosts() {
    hosts.forEach(BusyHost::start);
  }

  @Test
  void tenThousandVmsGoToAnotherProviderAndBack() {
    enrol(8, 1250);
    startHosts();

    JsonNode there = admin().awaitEnd(accepted(move("second")));
    assertThat(there.path("state").asText()).as(there.toString()).isEqualTo("succeeded");
    assertThat(there.path("counts").path("ok").asLong()).isEqualTo(10_008);
    assertThat(providersInUse()).containsExactly(second);
    assertThat(hosts)
        .allMatch(host -> host.hostKeyProvider().equals(java.util.Optional.of(second)));

    JsonNode back = admin().awaitEnd(accepted(rekey("{'all':true,'provider':'first'}")));
    assertThat(back.path("counts").path("ok").asLong()).isEqualTo(10_000);
    assertThat(providersInUse()).containsExactly(first);
    assertThat(keyIds()).as("a key of its own for every VM").hasSize(10_000);
    assertThat(admin().get("/tasks?limit=1000").json().path("tasks").size())
        .as("tasks of single VMs do not drown the list")
        .isEqualTo(2);
  }

  @Test
  void aManagerThatStopsInTheMiddleGoesOnWhenItIsBackAndDoesNothingTwice() {
    enrol(2, 400);
    hosts.forEach(host -> host.doOnly(150));
    startHosts();
    String task = accepted(rekey("{'all':true,'provider':'second'}"));
    admin().awaitTask(task, now -> now.path("done").asLong() == 300);

    Objects.requireNonNull(manager).close();
    manager = TestManager.start(home);
    hosts.forEach(host -> host.doOnly(Integer.MAX_VALUE));

    JsonNode end = admin().awaitEnd(task);
    assertThat(end.path("state").asText()).as(end.toString()).isEqualTo("succeeded");
    assertThat(end.path("counts").path("ok").asLong()).isEqualTo(800);
    assertThat(providersInUse()).containsExactly(second);
    assertThat(events("vm.rekey", "started")).as("each key id is audited once").hasSize(800);
    assertThat(events("vm.rekey", "ok")).hasSize(800);
  }

  @Test
  void whatFailedIsListedWithItsReasonAndTheSameCommandGoesOnWithIt() {
    enrol(1, 20);
    BusyHost host = hosts.getFirst();
    Set<UUID> broken = host.vms().stream().limit(3).map(VmReport::id).collect(Collectors.toSet());
    host.fail(broken);
    startHosts();

    String task = accepted(rekey("{'cluster':'lab','provider':'second'}"));
    JsonNode end = admin().awaitEnd(task);
    assertThat(end.path("state").asText()).isEqualTo("failed");
    assertThat(end.path("error").path("detail").asText())
        .startsWith("17 of 20 are done, 3 failed, 0 had nothing to do; what failed is as it was.")
        .contains("keymoor task resume " + task);
    JsonNode failed = admin().get("/tasks/" + task + "/items?state=failed").json().path("items");
    assertThat(failed.findValuesAsText("detail"))
        .hasSize(3)
        .containsOnly("Its storage is read-only.");

    host.fail(Set.of());
    Answer again = rekey("{'cluster':'lab','provider':'second'}");
    assertThat(again.json().path("continued").asBoolean()).isTrue();
    assertThat(accepted(again)).isEqualTo(task);
    assertThat(admin().awaitEnd(task).path("counts").path("ok").asLong()).isEqualTo(20);
    assertThat(admin().post("/tasks/" + task + "?action=resume", "{}").code())
        .isEqualTo("task_done");
    Answer anew = rekey("{'cluster':'lab','provider':'second'}");
    assertThat(accepted(anew)).as("a finished one is not continued").isNotEqualTo(task);
  }

  @Test
  void aProviderThatGoesInTheMiddleLeavesTheRestForAResume() {
    enrol(1, 600);
    hosts.getFirst().doOnly(100);
    startHosts();
    byte[] backup = admin().backup("second", "pw");
    String task = accepted(rekey("{'all':true,'provider':'second'}"));
    admin().awaitTask(task, now -> now.path("done").asLong() == 100);

    admin().delete("/kms/providers/second?confirm=second");
    hosts.getFirst().doOnly(Integer.MAX_VALUE);
    JsonNode end = admin().awaitEnd(task);
    assertThat(end.path("error").path("code").asText()).isEqualTo("provider_unusable");
    assertThat(end.path("error").path("detail").asText())
        .contains("the rest is as it was")
        .contains("keymoor task resume " + task);
    assertThat(end.path("counts").path("waiting").asLong()).isPositive();

    assertThat(admin().restore(backup, "pw", "").status()).isEqualTo(200);
    accepted(admin().post("/tasks/" + task + "?action=resume", "{}"));
    assertThat(admin().awaitEnd(task).path("counts").path("ok").asLong()).isEqualTo(600);
    assertThat(providersInUse()).containsExactly(second);
  }

  @Test
  void aCancelledTaskLeavesTheRestAsItWas() {
    enrol(1, 600);
    hosts.getFirst().doOnly(100);
    startHosts();
    String task = accepted(rekey("{'all':true,'provider':'second'}"));
    admin().awaitTask(task, now -> now.path("done").asLong() == 100);

    assertThat(admin().post("/tasks/" + task + "?action=cancel", "{}").status()).isEqualTo(202);
    hosts.getFirst().doOnly(Integer.MAX_VALUE);
    JsonNode end = admin().awaitEnd(task);

    assertThat(end.path("state").asText()).isEqualTo("cancelled");
    long waiting = end.path("counts").path("waiting").asLong();
    assertThat(waiting).isPositive();
    assertThat(vmsUnder(first)).isEqualTo(waiting);
  }

  @Test
  void aChangeOfProviderIsPlannedCheckedAndVerified() {
    enrol(2, 5);
    startHosts();
    admin().send("PUT", "/kms/default", "{\"provider\":\"first\"}");
    admin().createProvider("unsaved");
    assertThat(move("unsaved").code()).isEqualTo("preflight_failed");

    JsonNode plan =
        admin().post("/kms/change", "{'to':'second','set_defaults':true,'dry_run':true}").json();
    assertThat(plan.path("vms").asInt()).isEqualTo(10);
    assertThat(plan.path("hosts").asInt()).isEqualTo(2);
    assertThat(plan.path("defaults").get(0).asText()).isEqualTo("manager");
    assertThat(vmsUnder(first)).as("a dry run moves nothing").isEqualTo(10);

    String task =
        accepted(admin().post("/kms/change", "{'to':'second','from':'first','set_defaults':true}"));
    JsonNode end = admin().awaitEnd(task);
    assertThat(end.path("result").path("summary").asText())
        .isEqualTo("12 objects are under it, confirmed by their hosts.");
    assertThat(admin().get("/kms/providers/second").json().path("default").asBoolean()).isTrue();
    JsonNode objects = admin().get("/kms/audit").json().path("objects");
    assertThat(objects.findValuesAsText("kind")).containsOnly("whole_vm", "host_key");
    assertThat(objects.findPath("keys").findPath("provider").path("name").asText())
        .isEqualTo("second");
    assertThat(admin().get("/kms/providers/first/usage").json().path("hosts")).isEmpty();
  }

  @Test
  void aProviderAuditFlagsWhatNeedsASecondLookAndAlarmsNameIt() {
    enrol(1, 2);
    BusyHost host = hosts.getFirst();
    VmReport before = host.vms().getFirst();
    VmReport.PartReport home = before.parts().getFirst();
    UUID unknown = UUID.randomUUID();
    host.put(
        new VmReport(
            before.id(),
            before.name(),
            before.power(),
            List.of(
                new VmReport.PartReport(
                    home.part(),
                    true,
                    java.util.Optional.of(unknown),
                    java.util.Optional.of("lost"),
                    home.keyId(),
                    home.image(),
                    home.format(),
                    home.sizeBytes(),
                    ""),
                before.parts().getLast()),
            before.vtpm(),
            java.util.Optional.of("The provider \"lost\" is not on this host."),
            before.generation(),
            before.keyRecord()));

    JsonNode object = admin().get("/kms/audit").json().path("objects").get(0);
    assertThat(object.path("mixed").asBoolean()).isTrue();
    assertThat(object.path("missing").asBoolean()).isTrue();
    assertThat(object.path("locked").asBoolean()).isTrue();
    assertThat(object.path("keys").get(0).path("provider").path("name").asText()).isEqualTo("lost");
    assertThat(admin().get("/alarms").json().findValuesAsText("code"))
        .contains("vm_locked", "no_default_provider");

    startHosts();
    JsonNode end = admin().awaitEnd(accepted(move("second")));
    String task = end.path("id").asText();
    JsonNode failed = admin().get("/tasks/" + task + "/items?state=failed").json().path("items");
    assertThat(failed.findValuesAsText("code")).containsExactly("vm_locked");
  }

  private Answer rekey(String body) {
    return admin().post("/vms?action=rekey", body);
  }

  private Answer move(String to) {
    return admin().post("/kms/change", "{'to':'" + to + "'}");
  }

  private static String accepted(Answer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
    return answer.json().path("task").asText();
  }

  private Set<UUID> providersInUse() {
    return parts().map(part -> part.provider().orElseThrow()).collect(Collectors.toSet());
  }

  private Set<String> keyIds() {
    return parts().map(part -> part.keyId().orElseThrow()).collect(Collectors.toSet());
  }

  private long vmsUnder(UUID provider) {
    return parts().filter(part -> part.provider().orElseThrow().equals(provider)).count() / 2;
  }

  private Stream<VmReport.PartReport> parts() {
    return hosts.stream().flatMap(host -> host.vms().stream()).flatMap(vm -> vm.parts().stream());
  }

  private List<String> events(String action, String result) {
    List<String> objects = new ArrayList<>();
    long after = 0;
    while (true) {
      JsonNode page = admin().get("/audit?limit=1000&after=" + after).json().path("events");
      for (JsonNode event : page) {
        after = event.path("id").asLong();
        if (event.path("action").asText().equals(action)
            && event.path("result").asText().equals(result)) {
          objects.add(event.path("object").path("id").asText() + event.path("key_id").asText());
        }
      }
      if (page.isEmpty()) {
        return objects.stream().distinct().toList();
      }
    }
  }
}
