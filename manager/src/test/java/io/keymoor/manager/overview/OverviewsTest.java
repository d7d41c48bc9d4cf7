package io.keymoor.manager.overview;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.manager.app.ManagerServer;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.FakeHost;
import io.keymoor.manager.testing.TestManager;
import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.HostReport;
import io.keymoor.protocol.ProviderReport;
import io.keymoor.protocol.VmReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Alarms and theft reports over the REST API, as hosts' reports make them come and go. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OverviewsTest {
  private final List<AutoCloseable> open = new ArrayList<>();
  private Client admin = unset();
  private FakeHost host = unset();
  private UUID provider = UUID.randomUUID();
  private DesiredState desired = new DesiredState(0, List.of());

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T unset() {
    return null;
  }

  @BeforeAll
  void start(@TempDir Path directory) {
    Path home = directory.resolve("manager");
    TestManager.init(home, Map.of());
    ManagerServer manager = TestManager.start(home);
    open.add(manager);
    admin = Client.administrator(home);
    open.add(admin);
    admin.post("/clusters", "{'name':'lab'}");
    provider = UUID.fromString(admin.createProvider("main").path("id").asText());
    admin.backup("main", "pw");
    host = FakeHost.enrol(admin, "lab", "kvm1");
    open.add(host);
    host.hello(false);
    desired = host.pollDesired();
  }

  @AfterAll
  void stop() throws Exception {
    for (AutoCloseable part : open.reversed()) {
      part.close();
    }
  }

  private void report(
      HostReport.EncryptionMode mode,
      String detail,
      ProviderReport.State state,
      List<VmReport> vms) {
    host.send(
        "report",
        new HostReport(
            desired.revision(),
            mode,
            detail,
            Optional.of(provider),
            Optional.of("host-key"),
            "ok",
            List.of(
                new ProviderReport(
                    provider,
                    host.checkOf(desired.providers().getFirst()),
                    state,
                    state == ProviderReport.State.READY ? "" : "its key can't be unsealed")),
            vms));
  }

  private List<String> alarms() {
    List<String> codes = new ArrayList<>();
    admin.get("/alarms").json().path("alarms").forEach(a -> codes.add(a.path("code").asText()));
    return codes;
  }

  private JsonNode finding(String subject) {
    for (JsonNode finding : admin.get("/hosts/kvm1/theft").json().path("findings")) {
      if (finding.path("subject").asText().equals(subject)) {
        return finding;
      }
    }
    throw new AssertionError("nothing is said of " + subject);
  }

  @Test
  void alarmsOfAHostComeWithItsReportAndGoWithTheNext() {
    report(HostReport.EncryptionMode.SAFE, "", ProviderReport.State.READY, List.of());
    assertThat(alarms()).containsExactly("no_default_provider");

    report(
        HostReport.EncryptionMode.ERROR,
        "Of provider \"kms\" 3 keys are missing.",
        ProviderReport.State.ERROR,
        List.of());
    assertThat(alarms())
        .containsExactly("host_out_of_sync", "encryption_mode_error", "no_default_provider");
    assertThat(admin.get("/alarms").json().path("alarms").get(1).path("detail").asText())
        .isEqualTo(
            "Host kvm1 is in encryption mode error and goes on trying. Of provider \"kms\" 3 keys"
                + " are missing.");

    admin.send("PUT", "/kms/default", "{\"provider\":\"main\"}");
    report(HostReport.EncryptionMode.SAFE, "", ProviderReport.State.READY, List.of());
    assertThat(alarms()).isEmpty();
    admin.delete("/kms/default");
  }

  @Test
  void whatHostsAreConcernedAboutIsAnAlarmUntilTheyAreNot() {
    UUID vm = UUID.randomUUID();
    VmReport plain = FakeHost.plainVm(vm, "torn01");
    VmReport torn =
        new VmReport(
            vm,
            "torn01",
            VmReport.Power.RUNNING,
            plain.parts(),
            false,
            Optional.empty(),
            0,
            Optional.empty(),
            List.of(
                new VmReport.Concern(VmReport.Concern.Kind.IN_CLEAR, "Disk vda is in clear."),
                new VmReport.Concern(VmReport.Concern.Kind.RUNS_TWICE, "It runs on host b too.")));
    report(HostReport.EncryptionMode.SAFE, "", ProviderReport.State.READY, List.of(torn));
    assertThat(alarms()).containsExactly("vm_runs_twice", "no_default_provider", "vm_in_clear");
    JsonNode alarms = admin.get("/alarms").json().path("alarms");
    assertThat(alarms.get(0).path("object").path("name").asText()).isEqualTo("torn01");
    assertThat(alarms.get(0).path("detail").asText()).isEqualTo("It runs on host b too.");
    assertThat(alarms.get(2).path("detail").asText())
        .isEqualTo("On host kvm1: Disk vda is in clear.");

    report(HostReport.EncryptionMode.SAFE, "", ProviderReport.State.READY, List.of(plain));
    assertThat(alarms()).containsExactly("no_default_provider");
  }

  @Test
  void aVmThatTwoHostsOfAClusterReportRunningIsAnAlarm() throws Exception {
    VmReport plain = FakeHost.plainVm(UUID.randomUUID(), "twin01");
    List<VmReport> runs =
        List.of(
            new VmReport(
                plain.id(),
                "twin01",
                VmReport.Power.RUNNING,
                plain.parts(),
                false,
                Optional.empty(),
                0,
                Optional.empty()));
    report(HostReport.EncryptionMode.SAFE, "", ProviderReport.State.READY, runs);
    try (FakeHost second = FakeHost.enrol(admin, "lab", "kvm2")) {
      second.hello(false);
      DesiredState theirs = second.pollDesired();
      second.report(theirs, runs);
      assertThat(alarms()).containsExactly("vm_runs_twice", "no_default_provider");
      assertThat(admin.get("/alarms").json().path("alarms").get(0).path("detail").asText())
          .startsWith("The hosts kvm1 and kvm2 both report that it runs");

      second.report(theirs, List.of(plain));
      assertThat(alarms()).containsExactly("no_default_provider");
      assertThat(admin.delete("/hosts/kvm2?confirm=kvm2").status()).isEqualTo(204);
    }
  }

  @Test
  void aReportThatSaysTheSameIsStillStoredAfterATaskChangedTheVm() {
    UUID vm = UUID.randomUUID();
    List<VmReport> vms = List.of(FakeHost.plainVm(vm, "web01"));
    report(HostReport.EncryptionMode.SAFE, "", ProviderReport.State.READY, vms);
    admin.post("/vms", "{'host':'kvm1','domain':'web01'}");
    String task =
        admin.post("/vms/web01?action=encrypt", "{'provider':'main'}").json().path("task").asText();
    host.commands();
    host.result(
        new io.keymoor.protocol.CommandOutcome.Succeeded(
            task,
            "done",
            List.of(),
            Optional.of(FakeHost.vm(vm, "web01", Optional.of(provider), Optional.empty()))));
    assertThat(admin.get("/vms/web01").json().path("encryption").asText()).isEqualTo("full");

    report(HostReport.EncryptionMode.SAFE, "", ProviderReport.State.READY, vms);

    assertThat(admin.get("/vms/web01").json().path("encryption").asText())
        .as("the host's word counts, though it said the same before")
        .isEqualTo("none");
  }

  @Test
  void theTheftReportFollowsWhatTheHostHas() {
    List<VmReport> vms =
        List.of(
            FakeHost.vm(UUID.randomUUID(), "safe01", Optional.of(provider), Optional.empty()),
            FakeHost.plainVm(UUID.randomUUID(), "open01"));
    host.hello(false);
    report(HostReport.EncryptionMode.INCAPABLE, "Swap.", ProviderReport.State.READY, vms);
    assertThat(finding("provider main").path("exposure").asText()).isEqualTo("disks");
    assertThat(finding("provider main").path("vms").toString()).isEqualTo("[\"safe01\"]");
    assertThat(finding("disks in clear").path("vms").toString()).isEqualTo("[\"open01\"]");
    assertThat(finding("swap").path("exposure").asText()).isEqualTo("disks");
    assertThat(finding("Keymoor's dumps and support bundles").path("exposure").asText())
        .isEqualTo("disks");

    host.hello(true);
    report(HostReport.EncryptionMode.SAFE, "", ProviderReport.State.READY, vms);
    assertThat(finding("provider main").path("exposure").asText()).isEqualTo("whole_host");
    assertThat(finding("swap").path("exposure").asText()).isEqualTo("closed");
    assertThat(admin.get("/hosts/kvm9/theft").status()).isEqualTo(404);
    host.hello(false);
  }
}
