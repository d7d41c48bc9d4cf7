package io.keymoor.manager.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.crypto.ClientKeys;
import io.keymoor.kms.lab.LabKms;
import io.keymoor.manager.app.ManagerServer;
import io.keymoor.manager.testing.BusyHost;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.Client.Answer;
import io.keymoor.manager.testing.TestManager;
import io.keymoor.protocol.VmReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of records on one manager move between providers, whatever is killed meanwhile. */
class BulkTest {
  @TempDir private static Path directory = Path.of("");
  private static @Nullable ManagerServer manager;
  private static @Nullable Client administrator;
  private static @Nullable LabKms kms;
  private static int tests;

  private final List<BusyHost> hosts = new ArrayList<>();
  private String cluster = "";
  private String from = "";
  private String to = "";
  private UUID first = new UUID(0, 0);
  private UUID second = new UUID(0, 0);

  @BeforeAll
  static void startManager() {
    Path home = directory.resolve("manager");
    TestManager.init(home, Map.of("task_start_seconds", 600, "report_seconds", 1));
    manager = TestManager.start(home);
    administrator = Client.administrator(home);
    kms = new LabKms(directory.resolve("kms"));
    kms().start("node");
  }

  @AfterAll
  static void stopManager() {
    admin().close();
    Objects.requireNonNull(manager).close();
    kms().close();
  }

  /** A cluster and two providers of its own for every test. */
  @BeforeEach
  void prepare() {
    tests++;
    cluster = "lab" + tests;
    from = "first" + tests;
    to = "second" + tests;
    admin().post("/clusters", "{'name':'" + cluster + "'}");
    first = provider(from);
    second = provider(to);
  }

  @AfterEach
  void closeHosts() {
    hosts.forEach(BusyHost::close);
  }

  private static Client admin() {
    return Objects.requireNonNull(administrator);
  }

  /** Not backed up, so that nothing can be moved to it yet: a backup costs a second or two. */
  private static UUID provider(String name) {
    return UUID.fromString(admin().createProvider(name).path("id").asText());
  }

  private void enrol(int howMany, int vms) {
    for (int i = 0; i < howMany; i++) {
      hosts.add(BusyHost.enrol(admin(), cluster, cluster + "-kvm" + i, vms, first));
    }
  }

  private void startHosts() {
    hosts.forEach(BusyHost::start);
  }

  @Test
  void tenThousandVmsGoToAKmsAndBackAndAHostThatRestartsHasTheirKeys() {
    admin().backup(from, "pw");
    UUID standard = standardProvider("kms" + tests);
    enrol(8, 1250);
    startHosts();

    JsonNode there = admin().awaitEnd(accepted(move("kms" + tests)));
    assertThat(there.path("state").asText()).as(there.toString()).isEqualTo("succeeded");
    assertThat(there.path("counts").path("ok").asLong()).isEqualTo(10_008);
    assertThat(providersInUse()).containsExactly(standard);
    assertThat(keyIds()).as("a key of its own for every VM").hasSize(10_000);
    assertThat(hosts).allMatch(host -> host.hostKeyProvider().equals(Optional.of(standard)));

    BusyHost restarted = hosts.getLast();
    restarted.restart(10_008);
    assertThat(keyIds()).allMatch(key -> restarted.link().keys().kek(standard, key).isPresent());

    JsonNode back = admin().awaitEnd(accepted(rekey(from)));
    assertThat(back.path("counts").path("ok").asLong()).isEqualTo(10_000);
    assertThat(providersInUse()).containsExactly(first);
    assertThat(keyIds()).hasSize(10_000);
    assertThat(admin().get("/tasks?limit=1000").json().path("tasks").findValuesAsText("kind"))
        .as("tasks of single VMs do not drown the list")
        .containsOnly("vms_rekey", "provider_change");
  }

  @Test
  void aManagerThatStopsInTheMiddleGoesOnWhenItIsBackAndDoesNothingTwice() {
    admin().backup(to, "pw");
    enrol(2, 400);
    hosts.forEach(host -> host.doOnly(150));
    startHosts();
    String task = accepted(rekey(to));
    admin().awaitTask(task, now -> now.path("done").asLong() == 300);

    Objects.requireNonNull(manager).close();
    manager = TestManager.start(directory.resolve("manager"));
    hosts.forEach(host -> host.doOnly(Integer.MAX_VALUE));

    JsonNode end = admin().awaitEnd(task);
    assertThat(end.path("state").asText()).as(end.toString()).isEqualTo("succeeded");
    assertThat(end.path("counts").path("ok").asLong()).isEqualTo(800);
    assertThat(providersInUse()).containsExactly(second);
    assertThat(events("started")).as("each key id is audited once").hasSize(800);
    assertThat(events("ok")).hasSize(800);
  }

  @Test
  void whatFailedIsListedWithItsReasonAndTheSameCommandGoesOnWithIt() {
    admin().backup(to, "pw");
    enrol(1, 20);
    BusyHost host = hosts.getFirst();
    Set<UUID> broken = host.vms().stream().limit(3).map(VmReport::id).collect(Collectors.toSet());
    host.fail(broken);
    startHosts();

    String task = accepted(rekey(to));
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
    Answer again = rekey(to);
    assertThat(again.json().path("continued").asBoolean()).isTrue();
    assertThat(accepted(again)).isEqualTo(task);
    assertThat(admin().awaitEnd(task).path("counts").path("ok").asLong()).isEqualTo(20);
    assertThat(admin().post("/tasks/" + task + "?action=resume", "{}").code())
        .isEqualTo("task_done");
    Answer anew = rekey(to);
    assertThat(accepted(anew)).as("a finished one is not continued").isNotEqualTo(task);
  }

  @Test
  void aProviderThatGoesInTheMiddleLeavesTheRestForAResume() {
    enrol(1, 600);
    hosts.getFirst().doOnly(100);
    startHosts();
    byte[] backup = admin().backup(to, "pw");
    String task = accepted(rekey(to));
    admin().awaitTask(task, now -> now.path("done").asLong() == 100);

    admin().delete("/kms/providers/" + to + "?confirm=" + to);
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
    admin().backup(to, "pw");
    enrol(1, 600);
    hosts.getFirst().doOnly(100);
    startHosts();
    String task = accepted(rekey(to));
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
    admin().backup(to, "pw");
    enrol(2, 5);
    startHosts();
    admin()
        .send(
            "PUT",
            "/kms/default",
            "{\"provider\":\"" + from + "\",\"cluster\":\"" + cluster + "\"}");
    admin().createProvider("unsaved");
    assertThat(move("unsaved").code()).isEqualTo("preflight_failed");

    JsonNode plan = change(to, ",'set_defaults':true,'dry_run':true").json();
    assertThat(plan.path("vms").asInt()).isEqualTo(10);
    assertThat(plan.path("hosts").asInt()).isEqualTo(2);
    assertThat(plan.path("defaults").get(0).asText()).isEqualTo("cluster " + cluster);
    assertThat(vmsUnder(first)).as("a dry run moves nothing").isEqualTo(10);

    String task = accepted(change(to, ",'from':'" + from + "','set_defaults':true"));
    JsonNode end = admin().awaitEnd(task);
    assertThat(end.path("result").path("summary").asText())
        .isEqualTo("12 objects are under it, confirmed by their hosts.");
    JsonNode provider = admin().get("/kms/providers/" + to).json();
    assertThat(provider.path("default_for_clusters").get(0).asText()).isEqualTo(cluster);
    JsonNode objects = admin().get("/kms/audit").json().path("objects");
    Set<String> kinds = new HashSet<>();
    for (JsonNode object : objects) {
      if (object.path("cluster").asText().equals(cluster)) {
        kinds.add(object.path("kind").asText());
        assertThat(object.path("keys").get(0).path("provider").path("name").asText()).isEqualTo(to);
      }
    }
    assertThat(kinds).containsExactlyInAnyOrder("whole_vm", "host_key");
    assertThat(admin().get("/kms/providers/" + from + "/usage").json().path("hosts")).isEmpty();
  }

  @Test
  void aProviderAuditFlagsWhatNeedsASecondLookAndAlarmsNameIt() {
    admin().backup(to, "pw");
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
                    Optional.of(unknown),
                    Optional.of("lost"),
                    home.keyId(),
                    home.image(),
                    home.format(),
                    home.sizeBytes(),
                    ""),
                before.parts().getLast()),
            before.vtpm(),
            Optional.of("The provider \"lost\" is not on this host."),
            before.generation(),
            before.keyRecord()));

    JsonNode object = keyUse(before.name());
    assertThat(object.path("mixed").asBoolean()).isTrue();
    assertThat(object.path("missing").asBoolean()).isTrue();
    assertThat(object.path("locked").asBoolean()).isTrue();
    assertThat(object.path("keys").get(0).path("provider").path("name").asText()).isEqualTo("lost");
    assertThat(admin().get("/alarms").json().findValuesAsText("code"))
        .contains("vm_locked", "no_default_provider");

    startHosts();
    JsonNode end = admin().awaitEnd(accepted(move(to)));
    String task = end.path("id").asText();
    JsonNode failed = admin().get("/tasks/" + task + "/items?state=failed").json().path("items");
    assertThat(failed.findValuesAsText("code")).containsExactly("vm_locked");
  }

  @Test
  void vmsGoToAKmsThatDiesInTheMiddleAndBack() {
    admin().backup(from, "pw");
    UUID standard = standardProvider("kms" + tests);
    enrol(2, 400);
    hosts.forEach(host -> host.doOnly(100));
    startHosts();
    String task = accepted(move("kms" + tests));
    admin().awaitTask(task, now -> now.path("done").asLong() == 200);

    kms().stop("node");
    hosts.forEach(host -> host.doOnly(Integer.MAX_VALUE));
    JsonNode stuck =
        admin()
            .awaitTask(
                task,
                now ->
                    now.path("phase").asText().startsWith("asks the provider again")
                        || now.path("state").asText().equals("failed"));
    assertThat(stuck.path("counts").path("ok").asLong()).isBetween(200L, 799L);
    kms().start("node");
    if (stuck.path("state").asText().equals("failed")) {
      accepted(admin().post("/tasks/" + task + "?action=resume", "{}"));
    }
    JsonNode there = admin().awaitEnd(task);
    if (there.path("state").asText().equals("failed")) {
      // It gave up in the moment in which the KMS came back.
      accepted(admin().post("/tasks/" + task + "?action=resume", "{}"));
      there = admin().awaitEnd(task);
    }
    assertThat(there.path("state").asText()).as(there.toString()).isEqualTo("succeeded");
    assertThat(providersInUse()).containsExactly(standard);
    assertThat(keyIds()).as("one key in the KMS for every VM").hasSize(800);

    JsonNode back = admin().awaitEnd(accepted(move(from)));
    assertThat(back.path("state").asText()).as(back.toString()).isEqualTo("succeeded");
    assertThat(providersInUse()).containsExactly(first);
  }

  private static LabKms kms() {
    return Objects.requireNonNull(kms);
  }

  private static UUID standardProvider(String name) {
    JsonNode made =
        admin()
            .post(
                "/kms/providers",
                "{'provider':'"
                    + name
                    + "','type':'STANDARD','standard_spec':{'servers':[{'host':'"
                    + kms().place("node")
                    + "'}]}}")
            .json();
    kms()
        .register(
            name,
            ClientKeys.certificates(
                    made.path("standard_info").path("identity").path("certificate_pem").asText())
                .getFirst(),
            Optional.empty());
    JsonNode shown =
        admin().get("/kms/providers/" + name + "/certificates").json().path("servers").get(0);
    admin()
        .post(
            "/kms/providers/" + name + "/trust",
            "{'fingerprint':'" + shown.path("fingerprint").asText() + "'}");
    return UUID.fromString(made.path("id").asText());
  }

  private Answer rekey(String provider) {
    return admin()
        .post("/vms?action=rekey", "{'cluster':'" + cluster + "','provider':'" + provider + "'}");
  }

  private Answer move(String provider) {
    return change(provider, "");
  }

  private Answer change(String provider, String more) {
    return admin()
        .post("/kms/change", "{'to':'" + provider + "','cluster':'" + cluster + "'" + more + "}");
  }

  private static JsonNode keyUse(String name) {
    for (JsonNode object : admin().get("/kms/audit").json().path("objects")) {
      if (object.path("object").path("name").asText().equals(name)) {
        return object;
      }
    }
    throw new AssertionError("no object " + name);
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

  /** Rekeys of this test's VMs, each with its key id. */
  private List<String> events(String result) {
    List<String> objects = new ArrayList<>();
    long after = 0;
    while (true) {
      JsonNode page = admin().get("/audit?limit=1000&after=" + after).json().path("events");
      for (JsonNode event : page) {
        after = event.path("id").asLong();
        if (event.path("action").asText().equals("vm.rekey")
            && event.path("object").path("name").asText().startsWith(cluster + "-")
            && event.path("result").asText().equals(result)) {
          objects.add(event.path("object").path("id").asText() + event.path("key_id").asText());
        }
      }
      if (page.isEmpty()) {
        return objects;
      }
    }
  }
}
