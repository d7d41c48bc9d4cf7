package io.keymoor.manager.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.manager.app.ManagerServer;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.Client.Answer;
import io.keymoor.manager.testing.FakeHost;
import io.keymoor.manager.testing.TestManager;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.PollReply;
import io.keymoor.protocol.Rewrite;
import io.keymoor.protocol.VmReport;
import io.keymoor.provider.KeyId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TaskLifeTest {
  private ManagerServer manager;
  private Client admin;
  private FakeHost host;
  private DesiredState desired;
  private UUID provider;

  @BeforeAll
  void start(@TempDir Path directory) {
    Path home = directory.resolve("manager");
    TestManager.init(home, Map.of("task_start_seconds", 5));
    manager = TestManager.start(home);
    admin = Client.administrator(home);
    admin.post("/clusters", "{'name':'lab'}");
    provider = UUID.fromString(admin.createProvider("main").path("id").asText());
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

  @Test
  void anEncryptionRunsReportsProgressAndSucceeds() {
    UUID vm = register("web01");
    String task = task(admin.post("/vms/web01?action=encrypt", "{'provider':'main'}"));
    assertThat(admin.get("/tasks/" + task).json().path("state").asText()).isEqualTo("queued");

    HostCommand.EncryptVm command = (HostCommand.EncryptVm) take(task);
    assertThat(command.vm()).isEqualTo(vm);
    assertThat(command.provider()).isEqualTo(provider);
    assertThat(command.parts()).isEmpty();
    assertThat(new KeyId(command.keyId()).text()).isNotEmpty();

    assertThat(host.progress(task, "encrypting disk vda", 64, 256).cancel()).isFalse();
    JsonNode running = admin.awaitState(task, "running");
    assertThat(running.path("phase").asText()).isEqualTo("encrypting disk vda");
    assertThat(running.path("done").asLong()).isEqualTo(64);
    assertThat(running.path("total").asLong()).isEqualTo(256);

    VmReport encrypted = FakeHost.vm(vm, "web01", Optional.of(provider), Optional.empty());
    host.result(
        new CommandOutcome.Succeeded(
            task,
            "VM web01 is encrypted.",
            List.of("An SSD may keep old data."),
            Optional.of(encrypted)));
    JsonNode ended = admin.awaitEnd(task);
    assertThat(ended.path("state").asText()).isEqualTo("succeeded");
    assertThat(ended.path("result").path("summary").asText()).isEqualTo("VM web01 is encrypted.");
    assertThat(ended.path("result").path("warnings").get(0).asText()).contains("SSD");

    JsonNode shown = admin.get("/vms/web01").json();
    assertThat(shown.path("encryption").asText()).isEqualTo("full");
    assertThat(shown.path("parts").get(0).path("provider").path("name").asText()).isEqualTo("main");
    assertThat(shown.path("history").get(0).path("action").asText()).isEqualTo("encrypt");
    assertThat(shown.path("history").get(0).path("result").asText()).isEqualTo("ok");
  }

  @Test
  void aHostKeepsWhatAManagerRestoredFromAnOlderDatabaseDoesNotKnow() {
    register("restored");
    String task = task(admin.post("/vms/restored?action=start", "{}"));
    PollReply newer = host.pollHolding(desired.revision() + 1);
    assertThat(newer.desired()).isEmpty();
    assertThat(newer.commands()).hasSize(1);
    assertThat(host.pollHolding(desired.revision() - 1).desired()).isPresent();
    host.result(new CommandOutcome.Succeeded(task, "Done.", List.of(), Optional.empty()));
    assertThat(admin.awaitEnd(task).path("phase").asText()).isEmpty();
  }

  @Test
  void theKeyIdIsAuditedBeforeTheHostHasIt() {
    register("audited");
    String task = task(admin.post("/vms/audited?action=encrypt", "{'provider':'main'}"));
    JsonNode started = lastEvent("audited");
    assertThat(started.path("action").asText()).isEqualTo("vm.encrypt");
    assertThat(started.path("result").asText()).isEqualTo("started");
    assertThat(started.path("provider").asText()).isEqualTo("main");

    HostCommand.EncryptVm command = (HostCommand.EncryptVm) take(task);
    assertThat(command.keyId()).isEqualTo(started.path("key_id").asText());

    host.result(new CommandOutcome.Failed(task, "disk_in_use", "Sentence.", Optional.empty()));
    JsonNode failed = lastEvent("audited");
    assertThat(failed.path("result").asText()).isEqualTo("failed");
    assertThat(failed.path("key_id").asText()).isEqualTo(command.keyId());
    assertThat(failed.path("detail").asText()).isEqualTo("disk_in_use: Sentence.");
  }

  @Test
  void aFailedCommandFailsItsTaskWithTheHostsSentence() {
    register("running");
    String task = task(admin.post("/vms/running?action=encrypt", "{'provider':'main'}"));
    take(task);
    host.result(
        new CommandOutcome.Failed(
            task, "vm_running", "VM running runs. Power it off first.", Optional.empty()));

    JsonNode ended = admin.awaitEnd(task);
    assertThat(ended.path("state").asText()).isEqualTo("failed");
    assertThat(ended.path("error").path("code").asText()).isEqualTo("vm_running");
    assertThat(ended.path("error").path("detail").asText())
        .isEqualTo("VM running runs. Power it off first.");
  }

  @Test
  void aCancelledTaskIsStoppedByItsHostWhereThatIsSafe() {
    register("stopping");
    String task = task(admin.post("/vms/stopping?action=encrypt", "{'provider':'main'}"));
    take(task);
    host.progress(task, "encrypting", 1, 2);

    assertThat(admin.post("/tasks/" + task + "?action=cancel", "{}").status()).isEqualTo(202);
    assertThat(host.progress(task, "encrypting", 2, 2).cancel()).isTrue();
    host.result(new CommandOutcome.Cancelled(task, "All is as before.", Optional.empty()));

    assertThat(admin.awaitEnd(task).path("state").asText()).isEqualTo("cancelled");
    assertThat(admin.post("/tasks/" + task + "?action=cancel", "{}").code())
        .isEqualTo("task_ended");
  }

  @Test
  void aTaskThatNoHostHasIsCancelledAtOnce() {
    register("early");
    String task = task(admin.post("/vms/early?action=start", "{}"));

    admin.post("/tasks/" + task + "?action=cancel", "{}");

    assertThat(admin.awaitEnd(task).path("state").asText()).isEqualTo("cancelled");
    assertThat(host.commands()).noneMatch(command -> command.id().equals(task));
  }

  @Test
  void aCommandIsDeliveredAgainUntilTheHostKnowsItAndItsOutcomeCountsOnce() {
    register("again");
    String task = task(admin.post("/vms/again?action=encrypt", "{'provider':'main'}"));
    HostCommand first = take(task);
    HostCommand second = take(task);
    assertThat(second).isEqualTo(first);

    String other = task(admin.post("/vms/again?action=start", "{}"));
    assertThat(host.commands(task))
        .extracting(HostCommand::id)
        .contains(other)
        .doesNotContain(task);
    admin.awaitState(task, "running");
    host.result(new CommandOutcome.Cancelled(other, "", Optional.empty()));

    host.result(new CommandOutcome.Succeeded(task, "First.", List.of(), Optional.empty()));
    host.result(new CommandOutcome.Failed(task, "late", "Second.", Optional.empty()));
    assertThat(admin.awaitEnd(task).path("result").path("summary").asText()).isEqualTo("First.");
  }

  @Test
  void anOutcomeOfAnotherHostsCommandChangesNothing() {
    register("mine");
    String task = task(admin.post("/vms/mine?action=start", "{}"));
    try (FakeHost other = FakeHost.enrol(admin, "lab", "kvm2")) {
      other.result(new CommandOutcome.Succeeded(task, "Lie.", List.of(), Optional.empty()));
      assertThat(other.progress(task, "lie", 1, 2).cancel()).isFalse();
    }
    assertThat(admin.get("/tasks/" + task).json().path("state").asText()).isEqualTo("queued");
    admin.post("/tasks/" + task + "?action=cancel", "{}");
  }

  @Test
  void anUnreachableHostFailsTheTaskInClearWordsAndNothingWasStarted() {
    try (FakeHost away = FakeHost.enrol(admin, "lab", "away")) {
      UUID vm = UUID.randomUUID();
      away.hello(false);
      away.report(away.pollDesired(), List.of(FakeHost.plainVm(vm, "lonely")));
      admin.post("/vms", "{'host':'away','domain':'lonely'}");
      String task = task(admin.post("/vms/lonely?action=encrypt", "{'provider':'main'}"));

      JsonNode ended = admin.awaitEnd(task);

      assertThat(ended.path("error").path("code").asText()).isEqualTo("host_unreachable");
      assertThat(ended.path("error").path("detail").asText())
          .startsWith("Host away has not been heard of since ")
          .contains("nothing was started");
      assertThat(away.commands()).as("when it comes back").isEmpty();

      away.result(new CommandOutcome.Succeeded(task, "Done.", List.of(), Optional.empty()));
      assertThat(admin.get("/tasks/" + task).json().path("state").asText())
          .as("a host knows better what it did")
          .isEqualTo("succeeded");
      assertThat(lastEvent("lonely").path("result").asText()).isEqualTo("ok");
    }
  }

  @Test
  void aVmHasOneTaskThatChangesKeysAtATime() {
    register("single");
    String first = task(admin.post("/vms/single?action=encrypt", "{'provider':'main'}"));

    Answer second = admin.post("/vms/single?action=tpm-add", "{'provider':'main'}");
    assertThat(second.status()).isEqualTo(409);
    assertThat(second.code()).isEqualTo("vm_busy");
    assertThat(second.detail()).contains(first);
    assertThat(admin.delete("/vms/single").code()).isEqualTo("vm_busy");
    admin.post("/tasks/" + first + "?action=cancel", "{}");
  }

  @Test
  void whatTheManagerCanCheckIsRefusedBeforeThereIsATask() {
    register("checked");
    admin.createProvider("unsaved");
    admin.post(
        "/kms/providers",
        "{'provider':'bound','type':'NATIVE','constraints':{'tpm_required':true}}");
    admin.backup("bound", "pw");
    int before = admin.get("/tasks?limit=1000").json().path("tasks").size();

    assertThat(encrypt("nothere", "{}").code()).isEqualTo("vm_not_found");
    assertThat(encrypt("checked", "{}").code()).isEqualTo("no_default_provider");
    assertThat(encrypt("checked", "{'provider':'none'}").code()).isEqualTo("provider_not_found");
    assertThat(encrypt("checked", "{'provider':'unsaved'}").code())
        .isEqualTo("provider_not_backed_up");
    assertThat(encrypt("checked", "{'provider':'bound'}").detail())
        .startsWith("TPM 2.0 required by provider bound");
    assertThat(encrypt("checked", "{'provider':'main','parts':['disk:vdz']}").code())
        .isEqualTo("part_unknown");
    assertThat(admin.post("/vms/checked?action=rekey", "{}").code()).isEqualTo("vm_not_encrypted");
    assertThat(admin.post("/vms/checked?action=dance", "{}").code()).isEqualTo("action_unknown");
    assertThat(admin.post("/vms", "{'host':'nowhere','domain':'x'}").code())
        .isEqualTo("host_not_found");
    assertThat(admin.post("/vms", "{'host':'kvm1','domain':'x'}").code())
        .isEqualTo("domain_not_found");
    assertThat(admin.post("/vms", "{'host':'kvm1','domain':'checked'}").code())
        .isEqualTo("vm_already_registered");
    assertThat(admin.get("/tasks?limit=1000").json().path("tasks").size()).isEqualTo(before);
  }

  @Test
  void aRekeyStaysUnderTheVmsProviderUnlessAnotherIsNamed() {
    UUID vm = UUID.randomUUID();
    host.report(
        desired, List.of(FakeHost.vm(vm, "keyed", Optional.of(provider), Optional.empty())));
    admin.post("/vms", "{'host':'kvm1','domain':'keyed'}");

    String task = task(admin.post("/vms/keyed?action=rekey", "{'deep':false}"));

    assertThat(((HostCommand.RekeyVm) take(task)).provider()).isEqualTo(provider);
    host.result(new CommandOutcome.Succeeded(task, "Done.", List.of(), Optional.empty()));
  }

  /** R8: the vTPM first, a disk a year later. */
  @Test
  void whatIsEncryptedLaterSharesTheKeyThatTheVmHasFromTheProvider() {
    UUID vm = UUID.randomUUID();
    VmReport whole = FakeHost.vm(vm, "grown", Optional.of(provider), Optional.empty());
    VmReport plain = FakeHost.plainVm(vm, "grown");
    VmReport homeOnly =
        new VmReport(
            vm,
            "grown",
            VmReport.Power.OFF,
            List.of(whole.parts().getFirst(), plain.parts().getLast()),
            false,
            Optional.empty(),
            1,
            Optional.empty());
    host.report(desired, List.of(homeOnly));
    admin.post("/vms", "{'host':'kvm1','domain':'grown'}");

    String disk = task(encrypt("grown", "{'provider':'main','parts':['disk:vda']}"));
    assertThat(((HostCommand.EncryptVm) take(disk)).keyId()).isEqualTo("key-1");
    host.result(new CommandOutcome.Succeeded(disk, "", List.of(), Optional.of(homeOnly)));
    String tpm = task(admin.post("/vms/grown?action=tpm-add", "{'provider':'main'}"));
    assertThat(((HostCommand.AddVtpm) take(tpm)).keyId()).isEqualTo("key-1");
    host.result(new CommandOutcome.Succeeded(tpm, "", List.of(), Optional.of(homeOnly)));
    String anew = task(admin.post("/vms/grown?action=rekey", "{}"));
    assertThat(((HostCommand.RekeyVm) take(anew)).keyId()).isNotEqualTo("key-1");
    host.result(new CommandOutcome.Succeeded(anew, "", List.of(), Optional.of(homeOnly)));
  }

  @Test
  void theWayAndTheRateOfARewriteReachTheHost() {
    UUID vm = UUID.randomUUID();
    host.report(desired, List.of(FakeHost.vm(vm, "deep", Optional.of(provider), Optional.empty())));
    admin.post("/vms", "{'host':'kvm1','domain':'deep'}");

    String task =
        task(
            admin.post(
                "/vms/deep?action=rekey", "{'deep':true,'way':'live','bytes_per_second':5000}"));

    assertThat(((HostCommand.DeepRekeyVm) take(task)).how())
        .isEqualTo(new Rewrite(Rewrite.Way.LIVE, 5000));
    host.result(new CommandOutcome.Succeeded(task, "Done.", List.of(), Optional.empty()));
    assertThat(admin.post("/vms/deep?action=decrypt", "{'way':'sideways'}").code())
        .isEqualTo("way_unknown");
    assertThat(admin.post("/vms/deep?action=rekey", "{'way':'live'}").code())
        .isEqualTo("request_invalid");
    String decrypt = task(admin.post("/vms/deep?action=decrypt", "{'way':'copy'}"));
    assertThat(((HostCommand.DecryptVm) take(decrypt)).how())
        .isEqualTo(new Rewrite(Rewrite.Way.COPY, 0));
    host.result(new CommandOutcome.Succeeded(decrypt, "Done.", List.of(), Optional.empty()));
    String inPlace = task(admin.post("/vms/deep?action=decrypt", "{'way':'in-place'}"));
    assertThat(((HostCommand.DecryptVm) take(inPlace)).how())
        .isEqualTo(new Rewrite(Rewrite.Way.IN_PLACE, 0));
    host.result(new CommandOutcome.Succeeded(inPlace, "Done.", List.of(), Optional.empty()));
  }

  @Test
  void everyKindOfWorkReachesTheHostAsItsCommand() {
    register("busy");
    Map<String, Class<? extends HostCommand>> kinds =
        Map.of(
            "start", HostCommand.StartVm.class,
            "stop", HostCommand.StopVm.class,
            "unlock", HostCommand.UnlockVm.class,
            "tpm-remove", HostCommand.RemoveVtpm.class);
    kinds.forEach((action, type) -> {
      String task = task(admin.post("/vms/busy?action=" + action, "{}"));
      assertThat(take(task)).isInstanceOf(type);
      assertThatCode(() ->
              host.result(new CommandOutcome.Succeeded(task, "", List.of(), Optional.empty())))
          .doesNotThrowAnyException();
    });
  }

  @Test
  void aVmThatItsHostNoLongerHasIsKeptAndRefusesWork() {
    register("vanished");
    host.report(desired, List.of());

    assertThat(admin.get("/vms/vanished").json().path("present").asBoolean(true)).isFalse();
    assertThat(admin.post("/vms/vanished?action=start", "{}").code()).isEqualTo("vm_not_on_host");
    assertThat(admin.delete("/vms/vanished").status()).isEqualTo(204);
    assertThat(admin.get("/vms/vanished").status()).isEqualTo(404);
  }

  private Answer encrypt(String vm, String body) {
    return admin.post("/vms/" + vm + "?action=encrypt", body);
  }

  private UUID register(String name) {
    UUID vm = UUID.randomUUID();
    host.report(desired, List.of(FakeHost.plainVm(vm, name)));
    assertThat(admin.post("/vms", "{'host':'kvm1','domain':'" + name + "'}").status())
        .isEqualTo(201);
    return vm;
  }

  private HostCommand take(String task) {
    return host.commands().stream()
        .filter(command -> command.id().equals(task))
        .findFirst()
        .orElseThrow();
  }

  private static String task(Answer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
    return answer.json().path("task").asText();
  }

  private JsonNode lastEvent(String vm) {
    JsonNode last = admin.get("/audit?limit=1").json();
    for (JsonNode event : admin.get("/audit?limit=1000").json().path("events")) {
      if (event.path("object").path("name").asText().equals(vm)) {
        last = event;
      }
    }
    return last;
  }
}
