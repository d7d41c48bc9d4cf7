package io.keymoor.manager.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CertificateLife;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.manager.app.ManagerServer;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.Client.Answer;
import io.keymoor.manager.testing.FakeHost;
import io.keymoor.manager.testing.TestManager;
import io.keymoor.protocol.EnrolmentGrant;
import io.keymoor.protocol.HostHello;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.PollRequest;
import io.keymoor.protocol.RenewalRequest;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostIdentityTest {
  private ManagerServer manager;
  private Client admin;

  @BeforeAll
  void start(@TempDir Path directory) {
    Path home = directory.resolve("manager");
    TestManager.init(home, Map.of());
    manager = TestManager.start(home);
    admin = Client.administrator(home);
    admin.post("/clusters", "{'name':'lab'}");
    admin.post("/clusters", "{'name':'lab2'}");
  }

  @AfterAll
  void stop() {
    admin.close();
    manager.close();
  }

  private static Answer greet(FakeHost host) {
    return host.send("hello", new HostHello(1, host.id(), "0", "9", "7", Instant.now(), false));
  }

  @Test
  void bothCertificatesOpenTheLinkUntilTheNewOneWasUsedAndThenOnlyTheNewOne() {
    try (FakeHost host = FakeHost.enrol(admin, "lab", "renewing")) {
      TlsIdentity lostInACrash = host.renew();
      TlsIdentity next = host.renew();
      assertThat(greet(host).status()).as("the old one").isEqualTo(200);
      try (FakeHost lost = host.as(lostInACrash)) {
        assertThat(greet(lost).code()).as("an answer that was lost").isEqualTo("host_not_enrolled");
      }
      try (FakeHost renewed = host.as(next)) {
        assertThat(greet(renewed).status()).as("the new one").isEqualTo(200);
        Answer refused = greet(host);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("host_certificate_replaced");
        assertThat(refused.detail())
            .contains("host renewing was replaced on 20")
            .contains("keymoor host token create --host renewing");
        assertThat(greet(renewed).status()).as("and goes on").isEqualTo(200);
        assertThat(renewed.hello(false).clusterId()).isNotNull();
      }
      assertThat(admin.get("/hosts/renewing").json().path("certificate_expires").asText())
          .isEqualTo(CertificateLife.of(next.certificate()).ends().toString());
      assertThat(admin.get("/audit?limit=1000").json().toString())
          .contains("host.renew_certificate");
    }
  }

  @Test
  void manyConnectionsMayUseTheNewCertificateFirst() {
    try (FakeHost host = FakeHost.enrol(admin, "lab", "crowd");
        FakeHost renewed = host.as(host.renew())) {
      List<Integer> answers =
          IntStream.range(0, 8).parallel().mapToObj(i -> greet(renewed).status()).toList();
      assertThat(answers).containsOnly(200);
    }
  }

  @Test
  void aRenewalRequestThatIsNoneChangesNothing() {
    try (FakeHost host = FakeHost.enrol(admin, "lab", "sloppy")) {
      Answer answer = host.send("renew", new RenewalRequest("no request"));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.code()).isEqualTo("renewal_request_damaged");
      assertThat(greet(host).status()).isEqualTo(200);
    }
  }

  @Test
  void aHostEnrolledAgainKeepsItsIdentityAndItsVms() {
    try (FakeHost host = FakeHost.enrol(admin, "lab", "again")) {
      host.hello(false);
      UUID vm = UUID.randomUUID();
      host.report(host.poll().desired().orElse(empty()), List.of(FakeHost.plainVm(vm, "keeper")));
      admin.post("/vms", "{'host':'again','domain':'keeper'}");
      TlsIdentity unused = host.renew();

      KeyPair keys = CertificateAuthority.newKeyPair(new SecureRandom());
      EnrolmentGrant grant =
          LinkJson.read(
              FakeHost.join(
                      admin,
                      FakeHost.secret(admin, "{'host':'again'}"),
                      host.freshRequest("whatever", keys))
                  .body(),
              EnrolmentGrant.class);
      assertThat(grant.hostId()).isEqualTo(host.id());
      TlsIdentity fresh = FakeHost.identity(keys, grant);
      try (FakeHost anew = host.as(fresh);
          FakeHost void_ = host.as(unused)) {
        assertThat(greet(anew).status()).isEqualTo(200);
        assertThat(greet(host).code()).isEqualTo("host_certificate_replaced");
        assertThat(greet(void_).code()).isEqualTo("host_certificate_replaced");
      }
      assertThat(admin.get("/vms/keeper").json().path("host").asText()).isEqualTo("again");
    }
  }

  private static io.keymoor.protocol.DesiredState empty() {
    return new io.keymoor.protocol.DesiredState(0, List.of());
  }

  @Test
  void anotherHostsKeysAreTakenOnlyWhenAnAdministratorSaysThatItWasInstalledAnew() {
    try (FakeHost host = FakeHost.enrol(admin, "lab", "broken");
        FakeHost other = FakeHost.enrol(admin, "lab", "stranger")) {
      KeyPair keys = CertificateAuthority.newKeyPair(new SecureRandom());
      String secret = FakeHost.secret(admin, "{'host':'broken'}");
      Answer refused = FakeHost.join(admin, secret, other.freshRequest("broken", keys));
      assertThat(refused.code()).isEqualTo("enrolment_request_of_other_host");
      assertThat(refused.detail()).contains("Nothing was changed").contains("--reinstalled");
      assertThat(greet(host).status()).isEqualTo(200);

      String reinstalled = FakeHost.secret(admin, "{'host':'broken','reinstalled':true}");
      assertThat(FakeHost.join(admin, reinstalled, other.freshRequest("broken", keys)).status())
          .isEqualTo(200);
      assertThat(greet(host).code()).isEqualTo("host_certificate_replaced");
    }
  }

  @Test
  void aRemovedHostIsRefusedInWordsAndItsVmsLeaveTheInventory() {
    try (FakeHost host = FakeHost.enrol(admin, "lab", "leaving")) {
      host.hello(false);
      UUID vm = UUID.randomUUID();
      host.report(host.poll().desired().orElse(empty()), List.of(FakeHost.plainVm(vm, "orphan")));
      admin.post("/vms", "{'host':'leaving','domain':'orphan'}");
      TlsIdentity next = host.renew();

      Answer asked = admin.delete("/hosts/leaving");
      assertThat(asked.code()).isEqualTo("confirmation_required");
      assertThat(asked.json().path("impact").path("vms").get(0).path("name").asText())
          .isEqualTo("orphan");
      assertThat(admin.delete("/hosts/leaving?confirm=another").code())
          .isEqualTo("confirmation_wrong");
      assertThat(greet(host).status()).as("nothing was removed").isEqualTo(200);

      assertThat(admin.delete("/hosts/leaving?confirm=leaving").status()).isEqualTo(204);
      Answer refused = host.send("poll", new PollRequest(0, List.of()));
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.code()).isEqualTo("host_removed");
      assertThat(refused.detail())
          .contains("leaving was removed from this manager on 20")
          .contains("keeps its encrypted configuration")
          .contains("keymoor host token create");
      try (FakeHost renewed = host.as(next)) {
        assertThat(greet(renewed).code()).isEqualTo("host_removed");
      }
      assertThat(admin.get("/hosts/leaving").status()).isEqualTo(404);
      assertThat(admin.get("/vms/orphan").status()).isEqualTo(404);
    }
    try (FakeHost back = FakeHost.enrol(admin, "lab", "leaving")) {
      assertThat(greet(back).status()).as("the name is free again").isEqualTo(200);
    }
  }

  @Test
  void aHostWithOpenTasksIsNeitherRemovedNorMoved() {
    try (FakeHost host = FakeHost.enrol(admin, "lab", "busy")) {
      host.hello(false);
      UUID vm = UUID.randomUUID();
      host.report(host.poll().desired().orElse(empty()), List.of(FakeHost.plainVm(vm, "worker")));
      admin.post("/vms", "{'host':'busy','domain':'worker'}");
      String task = admin.post("/vms/worker?action=start", "{}").json().path("task").asText();

      assertThat(admin.delete("/hosts/busy?confirm=busy").code()).isEqualTo("host_busy");
      Answer refused = admin.post("/hosts/busy?action=move", "{'cluster':'lab2'}");
      assertThat(refused.code()).isEqualTo("host_busy");
      assertThat(refused.detail()).contains(task).contains("was not moved");
    }
  }

  @Test
  void aMovedHostFetchesWhatItsNewClusterMustHold() {
    try (FakeHost host = FakeHost.enrol(admin, "lab", "mover")) {
      admin.createProvider("for movers");
      host.hello(false);
      long before = host.pollDesired().revision();

      assertThat(admin.post("/hosts/mover?action=move", "{'cluster':'lab2'}").status())
          .isEqualTo(204);

      assertThat(host.pollDesired().revision()).isGreaterThan(before);
      assertThat(admin.get("/hosts/mover").json().path("cluster").asText()).isEqualTo("lab2");
      assertThat(admin.post("/hosts/mover?action=move", "{'cluster':'lab2'}").code())
          .isEqualTo("host_already_in_cluster");
      assertThat(admin.post("/hosts/mover?action=move", "{'cluster':'nowhere'}").code())
          .isEqualTo("cluster_not_found");
    }
  }
}
