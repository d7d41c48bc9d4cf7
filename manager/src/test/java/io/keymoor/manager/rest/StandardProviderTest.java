package io.keymoor.manager.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.crypto.ClientKeys;
import io.keymoor.kms.lab.LabKms;
import io.keymoor.manager.app.ManagerServer;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.Client.Answer;
import io.keymoor.manager.testing.FakeHost;
import io.keymoor.manager.testing.TestManager;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.VmReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A manager and a KMS of two nodes, both real. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StandardProviderTest {
  private LabKms kms;
  private ManagerServer manager;
  private Client admin;
  private FakeHost host;

  @BeforeAll
  void start(@TempDir Path directory) {
    kms = new LabKms(directory);
    kms.start("first");
    kms.start("second");
    Path home = directory.resolve("manager");
    TestManager.init(home, Map.of());
    manager = TestManager.start(home);
    admin = Client.administrator(home);
    admin.post("/clusters", "{'name':'lab'}");
    host = FakeHost.enrol(admin, "lab", "kvm1");
    host.hello(false);
    ready("kms-a");
  }

  @AfterAll
  void stop() {
    host.close();
    admin.close();
    manager.close();
    kms.close();
  }

  /** A provider that both sides trust. */
  private void ready(String name) {
    JsonNode made = create(name, kms.place("first"), kms.place("second")).json();
    kms.register(
        name,
        ClientKeys.certificates(
                made.path("standard_info").path("identity").path("certificate_pem").asText())
            .getFirst(),
        Optional.empty());
    for (JsonNode server : certificates(name)) {
      String fingerprint = server.path("fingerprint").asText();
      Answer trusted =
          admin.post("/kms/providers/" + name + "/trust", "{'fingerprint':'" + fingerprint + "'}");
      assertThat(trusted.status()).as(trusted.toString()).isEqualTo(200);
    }
  }

  private Answer create(String name, String... places) {
    StringBuilder servers = new StringBuilder();
    for (String place : places) {
      servers.append(servers.isEmpty() ? "" : ",").append("{'host':'").append(place).append("'}");
    }
    return admin.post(
        "/kms/providers",
        "{'provider':'"
            + name
            + "','type':'STANDARD','standard_spec':{'servers':["
            + servers
            + "]}}");
  }

  private JsonNode certificates(String name) {
    return admin.get("/kms/providers/" + name + "/certificates").json().path("servers");
  }

  private JsonNode check(String name) {
    return admin.post("/kms/providers/" + name + "?action=check", "{}").json();
  }

  private UUID register(String name) {
    UUID vm = UUID.randomUUID();
    host.report(host.pollDesired(), List.of(FakeHost.plainVm(vm, name)));
    Answer registered = admin.post("/vms", "{'host':'kvm1','domain':'" + name + "'}");
    assertThat(registered.status()).as(registered.toString()).isEqualTo(201);
    return vm;
  }

  @Test
  void aFreshProviderSaysWhatIsMissingUntilBothSidesTrust() {
    JsonNode fresh = create("young", kms.place("first")).json();
    JsonNode server = fresh.path("standard_info").path("servers").get(0);
    assertThat(fresh.path("type").asText()).isEqualTo("STANDARD");
    assertThat(fresh.path("health").asText()).isEqualTo("ERROR");
    assertThat(server.path("failing").asText()).isEqualTo("trust");
    assertThat(server.path("certificate_expiry").asText()).isNotEmpty();

    JsonNode shown = certificates("young").get(0);
    assertThat(shown.path("confirmed").asBoolean(true)).isFalse();
    JsonNode trusted =
        admin
            .post(
                "/kms/providers/young/trust",
                "{'fingerprint':'" + shown.path("fingerprint").asText() + "'}")
            .json();
    assertThat(trusted.path("standard_info").path("servers").get(0).path("failing").asText())
        .isEqualTo("authentication");

    JsonNode whole = check("kms-a");
    assertThat(whole.path("standard_info").path("servers"))
        .allSatisfy(it -> assertThat(it.path("health").asText()).isEqualTo("OK"));
  }

  @Test
  void aServerThatIsNotThereIsFoundBeforeAnythingIsMade() {
    Answer refused = create("nowhere", "127.0.0.1:1");

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.code()).isEqualTo("kms_not_usable");
    assertThat(refused.detail())
        .contains("127.0.0.1:1", "No key provider was made", "--even-unreachable");
    assertThat(admin.get("/kms/providers/nowhere").status()).isEqualTo(404);
  }

  @Test
  void aFingerprintThatNobodyShowsIsRefused() {
    Answer refused = admin.post("/kms/providers/kms-a/trust", "{'fingerprint':'00:11'}");

    assertThat(refused.code()).isEqualTo("fingerprint_not_shown");
    assertThat(refused.detail()).contains("somebody else may answer in its place");
  }

  @Test
  void aVmIsEncryptedUnderAKeyThatTheKmsMadeBefore() {
    UUID vm = register("web01");
    Answer started = admin.post("/vms/web01?action=encrypt", "{'provider':'kms-a'}");
    assertThat(started.status()).as(started.toString()).isEqualTo(202);

    HostCommand.EncryptVm command = encryptCommand(vm);
    assertThat(command.vm()).isEqualTo(vm);
    JsonNode events = admin.get("/audit?limit=1000").json().path("events");
    assertThat(events)
        .anySatisfy(event -> {
          assertThat(event.path("action").asText()).isEqualTo("vm.encrypt");
          assertThat(event.path("result").asText()).isEqualTo("started");
          assertThat(event.path("key_id").asText()).isEqualTo(command.keyId());
          assertThat(event.path("provider").asText()).isEqualTo("kms-a");
        });
  }

  /** It comes when the host has the key. */
  private HostCommand.EncryptVm encryptCommand(UUID vm) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                host.commands().stream()
                    .filter(HostCommand.EncryptVm.class::isInstance)
                    .map(HostCommand.EncryptVm.class::cast)
                    .filter(command -> command.vm().equals(vm))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  @Test
  void withTheKmsGoneNothingBeginsAndTheSentenceSaysWhy() {
    register("web02");
    kms.stop("first");
    kms.stop("second");
    try {
      Answer refused = admin.post("/vms/web02?action=encrypt", "{'provider':'kms-a'}");
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.code()).isEqualTo("key_not_issued");
      assertThat(refused.detail())
          .contains("No key could be had from key provider \"kms-a\"")
          .contains("nothing accepts connections at " + kms.place("first"))
          .contains("nothing accepts connections at " + kms.place("second"))
          .contains("Nothing was started");
      assertThat(admin.get("/tasks?limit=100").json().toString()).doesNotContain("web02");
      JsonNode seen = check("kms-a");
      assertThat(seen.path("health").asText()).isEqualTo("ERROR");
      assertThat(seen.path("details").toString()).contains("fails at TCP");
    } finally {
      kms.start("first");
      kms.start("second");
    }
    assertThat(check("kms-a").path("standard_info").path("servers"))
        .allSatisfy(it -> assertThat(it.path("health").asText()).isEqualTo("OK"));
    assertThat(admin.post("/vms/web02?action=encrypt", "{'provider':'kms-a'}").status())
        .isEqualTo(202);
  }

  /** V6, A5: it moves with everything else, and without being made a VM first. */
  @Test
  void aTemplateDoesNotStartAndIsAuditedAndMovedLikeAVm() {
    UUID vm = UUID.randomUUID();
    UUID provider = UUID.fromString(admin.get("/kms/providers/kms-a").json().path("id").asText());
    VmReport golden = FakeHost.vm(vm, "golden", Optional.of(provider), Optional.empty());
    host.report(host.pollDesired(), List.of(golden));
    Answer registered = admin.post("/vms", "{'host':'kvm1','domain':'golden','template':true}");
    assertThat(registered.status()).as(registered.toString()).isEqualTo(201);

    Answer start = admin.post("/vms/golden?action=start", "{}");

    assertThat(start.code()).isEqualTo("vm_is_template");
    assertThat(start.detail()).contains("Nothing was started", "keymoor vm template golden --off");
    assertThat(admin.get("/kms/audit").json().path("objects"))
        .anySatisfy(object -> {
          assertThat(object.path("object").path("name").asText()).isEqualTo("golden");
          assertThat(object.path("template").asBoolean()).isTrue();
          assertThat(object.path("keys").get(0).path("key_id").asText()).isEqualTo("key-1");
        });
    admin.createProvider("elsewhere");
    admin.backup("elsewhere", "pw");
    host.report(host.pollDesired(), List.of(golden));
    JsonNode plan =
        admin.post("/kms/change", "{'to':'elsewhere','from':'kms-a','dry_run':true}").json();
    assertThat(plan.path("vms").asInt()).as(plan.toString()).isEqualTo(1);
    assertThat(admin.post("/vms/golden?action=template", "{'template':false}").status())
        .isEqualTo(200);
    assertThat(admin.post("/vms/golden?action=start", "{}").status()).isEqualTo(202);
  }

  @Test
  void theManagersCertificateCanBeSignedByTheKms() {
    create("signed", kms.place("first"));
    JsonNode asked = admin.post("/kms/providers/signed/identity?action=request", "{}").json();
    String pem = kms.sign("signed", asked.path("request_pem").asText());
    Answer taken =
        admin.post(
            "/kms/providers/signed/identity?action=signed",
            "{'certificate_pem':'" + pem.replace("\n", "\\n") + "'}");
    assertThat(taken.status()).as(taken.toString()).isEqualTo(200);
    assertThat(taken.json().path("source").asText()).isEqualTo("SIGNED");
    Answer other =
        admin.post(
            "/kms/providers/kms-a/identity?action=signed",
            "{'certificate_pem':'" + pem.replace("\n", "\\n") + "'}");
    assertThat(other.code()).isEqualTo("no_request");
    admin.post(
        "/kms/providers/signed/trust",
        "{'fingerprint':'" + certificates("signed").get(0).path("fingerprint").asText() + "'}");
    assertThat(check("signed").path("standard_info").path("servers").get(0).path("health").asText())
        .isEqualTo("OK");
  }

  @Test
  void whatOnlyTheOtherKindHasIsRefusedInWords() {
    admin.createProvider("own");

    assertThat(admin.post("/kms/providers/kms-a?action=export", "{}").code())
        .isEqualTo("provider_is_standard");
    assertThat(admin.post("/kms/providers/own?action=check", "{}").code())
        .isEqualTo("provider_is_native");
  }

  @Test
  void theLastServerStays() {
    create("single", kms.place("first"));

    Answer refused = admin.delete("/kms/providers/single/servers/" + kms.place("first"));
    assertThat(refused.code()).isEqualTo("last_server");
    admin.post("/kms/providers/single/servers", "{'host':'" + kms.place("second") + "'}");
    assertThat(admin.delete("/kms/providers/single/servers/" + kms.place("first")).status())
        .isEqualTo(200);
  }

  @Test
  void aPasswordIsSealedAndSentAlong() {
    String certificate =
        create("named", kms.place("first"))
            .json()
            .path("standard_info")
            .path("identity")
            .path("certificate_pem")
            .asText();
    kms.register("named", ClientKeys.certificates(certificate).getFirst(), Optional.of("s3cret"));
    admin.post(
        "/kms/providers/named/trust",
        "{'fingerprint':'" + certificates("named").get(0).path("fingerprint").asText() + "'}");
    assertThat(failing("named")).isEqualTo("authentication");

    login("{'user':'named','password':'wrong'}");
    assertThat(failing("named")).isEqualTo("authentication");
    login("{'user':'named','password':'s3cret'}");
    assertThat(failing("named")).isEmpty();
    assertThat(admin.delete("/kms/providers/named/login").status()).isEqualTo(204);
    assertThat(failing("named")).isEqualTo("authentication");
  }

  private void login(String body) {
    assertThat(admin.send("PUT", "/kms/providers/named/login", body.replace('\'', '"')).status())
        .isEqualTo(204);
  }

  private String failing(String provider) {
    return check(provider).path("standard_info").path("servers").get(0).path("failing").asText();
  }
}
