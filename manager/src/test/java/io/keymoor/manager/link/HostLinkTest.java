package io.keymoor.manager.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.manager.app.ManagerServer;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.FakeHost;
import io.keymoor.manager.testing.TestManager;
import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.HostHello;
import io.keymoor.protocol.PollRequest;
import io.keymoor.protocol.ProviderAssignment;
import io.keymoor.secret.SecretBytes;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostLinkTest {
  private ManagerServer manager;
  private Client admin;

  @BeforeAll
  void start(@TempDir Path directory) {
    Path home = directory.resolve("manager");
    TestManager.init(home, Map.of());
    manager = TestManager.start(home);
    admin = Client.administrator(home);
    admin.post("/clusters", "{'name':'lab'}");
  }

  @AfterAll
  void stop() {
    admin.close();
    manager.close();
  }

  @Test
  void theDesiredStateArrivesSealedAndOpensWithThisHostsKeyOnly() {
    JsonNode provider = admin.createProvider("sealed");
    try (FakeHost one = FakeHost.enrol(admin, "lab", "seal1");
        FakeHost two = FakeHost.enrol(admin, "lab", "seal2")) {
      one.hello(false);
      ProviderAssignment mine = find(one.pollDesired(), provider);
      ProviderAssignment theirs = find(two.pollDesired(), provider);

      try (SecretBytes kdk = one.open(mine)) {
        assertThat(KeyCheckValue.of(kdk).hex())
            .isEqualTo(provider.path("native_info").path("key_id").asText())
            .isEqualTo(mine.keyCheck());
      }
      assertThatThrownBy(() -> one.open(theirs, two.id(), one.sealingKey()))
          .isInstanceOf(CryptoException.WrongKey.class);
      assertThatThrownBy(() -> one.open(mine, two.id(), one.sealingKey()))
          .as("the box is bound to the host it is for")
          .isInstanceOf(CryptoException.WrongKey.class);
    }
  }

  @Test
  void keysOutliveARestartOnlyOfAHostWithATpmAndOnlyWhenAnAdministratorSaysSo() {
    try (FakeHost host = FakeHost.enrol(admin, "lab", "keeper")) {
      host.hello(false);
      assertThat(host.pollDesired().keepKeys()).isFalse();
      Client.Answer refused = admin.post("/hosts/keeper?action=keep-keys", "{'keep':true}");
      assertThat(refused.code()).isEqualTo("host_tpm_required");
      assertThat(refused.detail()).contains("Nothing was changed").contains("keymoor host seal");

      host.hello(true);
      JsonNode on = admin.post("/hosts/keeper?action=keep-keys", "{'keep':true}").json();
      assertThat(on.path("warning").asText()).contains("steals the whole host");
      assertThat(host.pollDesired().keepKeys()).isTrue();
      assertThat(admin.get("/hosts/keeper").json().path("keeps_keys").asBoolean()).isTrue();

      host.hello(false);
      assertThat(host.pollDesired().keepKeys()).as("its TPM does not seal any more").isFalse();
      host.hello(true);
      assertThat(host.pollDesired().keepKeys()).isTrue();
      admin.post("/hosts/keeper?action=keep-keys", "{'keep':false}");
      assertThat(host.pollDesired().keepKeys()).isFalse();
      assertThat(admin.post("/hosts/keeper?action=keep-keys", "{}").code())
          .isEqualTo("request_invalid");
    }
  }

  @Test
  void everyHostOfAClusterIsToldTheKekOfItsHostKeyOnceAnythingThereIsEncrypted() {
    admin.post("/clusters", "{'name':'first need'}");
    UUID provider = UUID.fromString(admin.createProvider("needed").path("id").asText());
    try (FakeHost one = FakeHost.enrol(admin, "first need", "need1");
        FakeHost two = FakeHost.enrol(admin, "first need", "need2")) {
      DesiredState desired = two.pollDesired();
      DesiredState ofOne = one.pollDesired();
      assertThat(two.report(desired, List.of()).hostKek()).isEmpty();

      one.report(
          ofOne,
          List.of(
              FakeHost.vm(UUID.randomUUID(), "first", Optional.of(provider), Optional.empty())));

      assertThat(two.report(desired, List.of()).hostKek().orElseThrow().provider())
          .isEqualTo(provider);
    }
  }

  @Test
  void aHostWithoutTpmSeesABoundProviderWithoutItsKey() {
    JsonNode provider =
        admin
            .post(
                "/kms/providers",
                "{'provider':'bound','type':'NATIVE','constraints':{'tpm_required':true}}")
            .json();
    try (FakeHost host = FakeHost.enrol(admin, "lab", "tpmless")) {
      host.hello(false);
      DesiredState desired = host.pollDesired();
      assertThat(find(desired, provider).kdk()).isEmpty();
      assertThat(find(desired, provider).tpmRequired()).isTrue();
      assertThat(hostState("bound", "tpmless")).isEqualTo("NOT_ALLOWED");

      host.hello(true);
      ProviderAssignment claimed = find(host.pollDesired(), provider);
      assertThat(claimed.kdk()).as("its own word is not enough").isEmpty();
      assertThat(claimed.withheld())
          .startsWith("TPM 2.0 required by provider bound: ")
          .contains("not attested", "keymoor host attest tpmless");
      assertThat(hostState("bound", "tpmless")).isEqualTo("ERROR");
    }
  }

  @Test
  void aChangeWakesAWaitingHost() throws Exception {
    try (FakeHost host = FakeHost.enrol(admin, "lab", "sleeper");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      host.hello(false);
      host.pollDesired();
      var waiting = CompletableFuture.supplyAsync(host::pollDesired, threads);

      JsonNode provider = admin.createProvider("alarm clock");

      assertThat(find(waiting.get(60, TimeUnit.SECONDS), provider).kdk()).isPresent();
    }
  }

  @Test
  void aDeletedProviderDisappearsAndARestoredOneComesBack() {
    JsonNode provider = admin.createProvider("comeback");
    byte[] file = admin.backup("comeback", "pw");
    try (FakeHost host = FakeHost.enrol(admin, "lab", "watcher")) {
      host.hello(false);
      host.report(host.pollDesired(), List.of());
      assertThat(hostState("comeback", "watcher")).isEqualTo("READY");

      admin.delete("/kms/providers/comeback?confirm=comeback");
      assertThat(host.pollDesired().providers())
          .noneMatch(p -> p.id().toString().equals(provider.path("id").asText()));

      admin.restore(file, "pw", "");
      assertThat(hostState("comeback", "watcher")).isEqualTo("PENDING");
      DesiredState back = host.pollDesired();
      assertThat(find(back, provider).kdk()).isPresent();
      host.report(back, List.of());
      assertThat(hostState("comeback", "watcher")).isEqualTo("READY");
    }
  }

  @Test
  void aHostIsShownWithWhatItSaysOfItself() {
    try (FakeHost host = FakeHost.enrol(admin, "lab", "talker")) {
      assertThat(admin.get("/hosts/talker").json().path("state").asText())
          .isEqualTo("DISCONNECTED");
      host.hello(true);
      UUID vm = UUID.randomUUID();
      host.report(host.pollDesired(), List.of(FakeHost.plainVm(vm, "web01")));

      JsonNode shown = admin.get("/hosts/talker").json();
      assertThat(shown.path("state").asText()).isEqualTo("CONNECTED");
      assertThat(shown.path("cluster").asText()).isEqualTo("lab");
      assertThat(shown.path("libvirt").asText()).isEqualTo("9.0.0");
      assertThat(shown.path("tpm").asBoolean()).isTrue();
      assertThat(shown.path("encryption_mode").asText()).isEqualTo("SAFE");
      JsonNode domain = admin.get("/hosts/talker/domains").json().path("domains").get(0);
      assertThat(domain.path("name").asText()).isEqualTo("web01");
      assertThat(domain.path("registered").asBoolean(true)).isFalse();
      assertThat(domain.path("power").asText()).isEqualTo("OFF");
    }
  }

  @Test
  void anAdministratorsCertificateDoesNotOpenTheHostLink() {
    Client.Answer answer =
        admin.raw(admin.request("/host-link/v1/poll").POST(BodyPublishers.ofString("{}")));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.code()).isEqualTo("not_a_host");
  }

  @Test
  void aHostsCertificateDoesNotOpenTheRestApi() {
    try (FakeHost host = FakeHost.enrol(admin, "lab", "nosy")) {
      Client.Answer answer = host.client().get("/kms/providers");

      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.code()).isEqualTo("not_an_administrator");
    }
  }

  @Test
  void aHostCannotSpeakForAnother() {
    try (FakeHost host = FakeHost.enrol(admin, "lab", "imposter")) {
      Client.Answer answer =
          host.send(
              "hello", new HostHello(1, UUID.randomUUID(), "0", "9", "7", Instant.now(), true));

      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.code()).isEqualTo("host_id_wrong");
    }
  }

  @Test
  void aMalformedMessageIsRefusedAndNothingOfItIsRepeated() {
    try (FakeHost host = FakeHost.enrol(admin, "lab", "mumbler")) {
      Client.Answer answer =
          host.client()
              .raw(
                  host.client()
                      .request("/host-link/v1/report")
                      .POST(BodyPublishers.ofString("{\"secret\":1}")));

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.code()).isEqualTo("message_malformed");
      assertThat(answer.detail()).doesNotContain("secret");
    }
  }

  @Test
  void aSecondHostOfTheSameNameIsRefused() {
    try (FakeHost first = FakeHost.enrol(admin, "lab", "twin")) {
      assertThat(first.send("poll", new PollRequest(0, List.of())).status()).isEqualTo(200);
      assertThatThrownBy(() -> FakeHost.enrol(admin, "lab", "TWIN"));
      assertThatThrownBy(() -> FakeHost.enrol(admin, "nowhere", "other"));
    }
  }

  private static ProviderAssignment find(DesiredState desired, JsonNode provider) {
    return desired.providers().stream()
        .filter(p -> p.id().toString().equals(provider.path("id").asText()))
        .findFirst()
        .orElseThrow();
  }

  private String hostState(String provider, String host) {
    for (JsonNode on : admin.get("/kms/providers/" + provider).json().path("hosts")) {
      if (on.path("host").asText().equals(host)) {
        return on.path("state").asText();
      }
    }
    return "unknown";
  }
}
