package io.keymoor.manager.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CertificateRequest;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.SealedFile;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.manager.domain.model.Role;
import io.keymoor.manager.store.Database;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.Client.Answer;
import io.keymoor.manager.testing.FakeHost;
import io.keymoor.manager.testing.TestManager;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
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
class PrivilegesTest {
  private ManagerServer manager;
  private Client admin;
  private Client operator;
  private Client stranger;

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    Path home = directory.resolve("manager");
    TestManager.init(home, Map.of());
    manager = TestManager.start(home);
    admin = Client.administrator(home);
    operator = client(home, "admin:operator");
    stranger = client(home, "admin:stranger");
    grant(home, "admin:operator", Role.NO_CRYPTOGRAPHY);
    admin.post("/clusters", "{'name':'lab'}");
    admin.createProvider("main");
    admin.backup("main", "pw");
  }

  @AfterAll
  void stop() {
    List.of(admin, operator, stranger).forEach(Client::close);
    manager.close();
  }

  @Test
  void anAdministratorWithoutCryptographySeesProvidersAndTouchesNone() {
    assertThat(operator.get("/kms/providers").status()).isEqualTo(200);
    assertThat(operator.get("/about").status()).isEqualTo(200);
    assertRefused(
        operator.post("/kms/providers", "{'provider':'own','type':'NATIVE'}"),
        "Cryptographer.ManageKeyServers");
    assertRefused(
        operator.post("/kms/providers/main?action=export", "{}"), "Cryptographer.ManageKeys");
    assertRefused(
        operator.delete("/kms/providers/main?confirm=main"), "Cryptographer.ManageKeyServers");
    assertRefused(operator.post("/vms/any?action=encrypt", "{}"), "Cryptographer.Encrypt");
    assertRefused(operator.post("/vms/any?action=decrypt", "{}"), "Cryptographer.Decrypt");
    assertRefused(operator.post("/vms/any?action=rekey", "{}"), "Cryptographer.Recrypt");
    assertRefused(operator.get("/audit"), "Audit.Read");
    assertThat(admin.get("/kms/providers").json().path("providers")).hasSize(1);
  }

  @Test
  void aCertificateWithoutARoleMayNothing() {
    assertRefused(stranger.get("/about"), "System.View");
    assertRefused(stranger.get("/kms/providers"), "Cryptographer.ReadKeyServersInfo");
  }

  @Test
  void aFurtherAdministratorComesWithARequestAndGoesWithTheRole() {
    KeyPair keys = CertificateAuthority.newKeyPair(new SecureRandom());
    String csr = CertificateRequest.pem(keys, "whatever").replace("\n", "\\n");
    String body = "{'name':'%s','role':'%s','csr_pem':'" + csr + "'}";
    assertRefused(operator.get("/users"), "Authorization.ModifyPermissions");
    assertRefused(
        operator.post("/users", body.formatted("evil", "administrator")),
        "Authorization.ModifyPermissions");
    assertThat(admin.post("/users", body.formatted("Jo Doe", "administrator")).code())
        .isEqualTo("user_name_invalid");
    assertThat(admin.post("/users", body.formatted("jo", "king")).code())
        .isEqualTo("role_not_found");

    Answer added = admin.post("/users", body.formatted("jo", "no-cryptography-administrator"));

    assertThat(added.status()).as(added.toString()).isEqualTo(201);
    try (Client jo =
        admin.as(
            new TlsIdentity(
                keys.getPrivate(),
                Pem.certificate(added.json().path("certificate_pem").asText()),
                Pem.certificate(added.json().path("ca_pem").asText())))) {
      assertThat(jo.get("/about").status()).isEqualTo(200);
      assertRefused(jo.post("/vms/any?action=encrypt", "{}"), "Cryptographer.Encrypt");
      assertThat(admin.post("/users/jo?action=role", "{'role':'administrator'}").status())
          .isEqualTo(204);
      assertThat(jo.get("/users").json().path("users").toString()).contains("jo", "admin");
      assertThat(jo.post("/vms/any?action=encrypt", "{}").code()).isEqualTo("vm_not_found");
      assertThat(admin.delete("/users/jo").status()).isEqualTo(204);
      assertRefused(jo.get("/about"), "System.View");
    }
    assertThat(admin.post("/users/jo?action=certificate", "{'csr_pem':'" + csr + "'}").code())
        .isEqualTo("user_not_found");
    assertThat(admin.delete("/users/admin").code()).isEqualTo("last_administrator");
    assertThat(admin.get("/about").status()).as("still").isEqualTo(200);
    assertThat(admin.get("/audit?limit=1000").json().path("events").toString())
        .contains("user.add", "user.role", "user.remove");
  }

  @Test
  void aRefusedKeyOperationIsAudited() {
    operator.post("/kms/providers/main?action=export", "{}");

    assertThat(admin.get("/audit?limit=1000").json().path("events"))
        .anySatisfy((JsonNode event) -> {
          assertThat(event.path("actor").asText()).isEqualTo("admin:operator");
          assertThat(event.path("action").asText()).isEqualTo("provider.export");
          assertThat(event.path("result").asText()).isEqualTo("refused");
          assertThat(event.path("object").path("name").asText()).isEqualTo("main");
          assertThat(event.path("detail").asText()).startsWith("not_authorized");
        });
  }

  @Test
  void registeringAVmThatComesWithKeysNeedsTheAccessPrivilege() {
    try (FakeHost host = FakeHost.enrol(admin, "lab", "kvm1")) {
      UUID provider = UUID.fromString(admin.get("/kms/providers/main").json().path("id").asText());
      host.hello(false);
      host.report(
          host.pollDesired(),
          List.of(
              FakeHost.vm(UUID.randomUUID(), "keyed", Optional.of(provider), Optional.of("{}")),
              FakeHost.plainVm(UUID.randomUUID(), "plain")));

      assertRefused(
          operator.post("/vms", "{'host':'kvm1','domain':'keyed'}"), "Cryptographer.Access");
      assertThat(operator.post("/vms", "{'host':'kvm1','domain':'plain'}").status()).isEqualTo(201);
      assertThat(admin.post("/vms", "{'host':'kvm1','domain':'keyed'}").status()).isEqualTo(201);
    }
  }

  @Test
  void anotherAdministratorsDownloadIsNotServed() throws IOException {
    JsonNode location =
        admin.post("/kms/providers/main?action=export", "{}").json().path("location");

    assertThat(operator.download(location).status()).isEqualTo(403);
    assertThat(admin.download(location).status()).isEqualTo(200);
  }

  private static void assertRefused(Answer answer, String privilege) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(403);
    assertThat(answer.code()).isEqualTo("not_authorized");
    assertThat(answer.detail()).contains(privilege);
  }

  private Client client(Path home, String name) {
    try (SecretBytes rootKey = SealedFile.readKeyFile(home.resolve("root.key"))) {
      Pki pki = Pki.read(home.resolve("pki"), rootKey, Clock.systemUTC(), new SecureRandom());
      return new Client(manager.url(), pki.authority().newClientIdentity(name));
    }
  }

  private static void grant(Path home, String subject, Role role) throws IOException {
    String port = Files.readAllLines(home.resolve("postgres/postmaster.pid")).get(3);
    try (Database database =
        Database.open(
            "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
            "postgres",
            Files.readString(home.resolve("postgres.password")).strip())) {
      database.in(stores -> {
        stores.access().grant(subject, role.name());
        return true;
      });
    }
  }
}
