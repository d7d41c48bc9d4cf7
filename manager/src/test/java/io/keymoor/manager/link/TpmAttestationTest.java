package io.keymoor.manager.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CertificateRequest;
import io.keymoor.crypto.Hpke;
import io.keymoor.manager.app.ManagerServer;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.Client.Answer;
import io.keymoor.manager.testing.FakeHost;
import io.keymoor.manager.testing.KeyRecords;
import io.keymoor.manager.testing.TestManager;
import io.keymoor.protocol.AttestationAnswer;
import io.keymoor.protocol.AttestationChallenge;
import io.keymoor.protocol.AttestationClaim;
import io.keymoor.protocol.AttestationFailure;
import io.keymoor.protocol.AttestationVerdict;
import io.keymoor.protocol.EnrolmentRequest;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.ProviderAssignment;
import io.keymoor.protocol.TpmBytes;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import io.keymoor.secret.SecretBytes;
import io.keymoor.tpm.Endorsement;
import io.keymoor.tpm.credential.EndorsementKey;
import io.keymoor.tpm.lab.SoftwareTpm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Who gets the key of a provider that requires a TPM (N3), with TPMs in software. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TpmAttestationTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private Path home = Path.of("");
  private String makersAuthority = "";
  private Client admin;
  private SoftwareTpm made;
  private SoftwareTpm bare;
  private JsonNode provider;

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    SoftwareTpm.unavailableReason().ifPresent(reason -> Assumptions.abort("skipped: " + reason));
    Path authority = SoftwareTpm.manufacture(directory.resolve("made"), directory.resolve("maker"));
    makersAuthority = Base64.getEncoder().encodeToString(Files.readAllBytes(authority));
    made = SoftwareTpm.start(directory.resolve("made"));
    open.push(made);
    bare = SoftwareTpm.start(directory.resolve("bare"));
    open.push(bare);
    home = directory.resolve("manager");
    TestManager.init(home, Map.of());
    ManagerServer manager = TestManager.start(home);
    open.push(manager);
    admin = Client.administrator(home);
    open.push(admin);
    admin.post("/clusters", "{'name':'lab'}");
    provider =
        admin
            .post(
                "/kms/providers",
                "{'provider':'bound','type':'NATIVE','constraints':{'tpm_required':true}}")
            .json();
    admin.backup("bound", "pw");
  }

  @AfterAll
  void stop() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  /** A TPM stands for one host. */
  @AfterEach
  void freeTheTpms() {
    for (JsonNode host : admin.get("/hosts").json().path("hosts")) {
      String name = host.path("name").asText();
      admin.delete("/hosts/" + name + "?confirm=" + name);
    }
  }

  private FakeHost host(String name) {
    FakeHost host = FakeHost.enrol(admin, "lab", name);
    host.hello(true);
    return host;
  }

  private ProviderAssignment assigned(FakeHost host) {
    return host.pollDesired().providers().stream()
        .filter(it -> it.id().toString().equals(provider.path("id").asText()))
        .findFirst()
        .orElseThrow();
  }

  private static AttestationVerdict verdict(Answer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return LinkJson.read(answer.body(), AttestationVerdict.class);
  }

  private JsonNode shown(String host) {
    return admin.get("/hosts/" + host).json();
  }

  private String fingerprint(SoftwareTpm tpm) {
    return EndorsementKey.parse(tpm.tpm().endorsement().key()).fingerprint();
  }

  private void act(String host, String action, String body) {
    Answer answer = admin.post("/hosts/" + host + "?action=" + action, body);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(204);
  }

  @Test
  void aMakersAuthorityVouchesForATpmAsLongAsItIsTrusted() {
    try (FakeHost host = host("vouched")) {
      AttestationVerdict unknown = verdict(host.attest(made.tpm(), made.tpm()));
      assertThat(unknown.trusted()).isFalse();
      assertThat(unknown.sentence()).contains("keymoor tpm ca add", fingerprint(made));
      assertThat(assigned(host).withheld())
          .startsWith("TPM 2.0 required by provider bound: the TPM of host vouched is not trusted");
      assertThat(shown("vouched").path("attestation").asText()).isEqualTo("NOT_TRUSTED");

      Answer added = admin.post("/tpm-authorities", "{'certificate':'" + makersAuthority + "'}");
      assertThat(added.status()).isEqualTo(201);
      String authority = added.json().path("authorities").get(0).path("fingerprint").asText();
      assertThat(assigned(host).kdk()).as("its certificate was kept").isPresent();
      assertThat(shown("vouched").path("attestation").asText()).isEqualTo("ATTESTED");
      assertThat(verdict(host.attest(made.tpm(), made.tpm())).trusted()).isTrue();

      String path = "/tpm-authorities/" + authority;
      Answer refused = admin.delete(path);
      assertThat(refused.code()).isEqualTo("tpm_authority_in_use");
      assertThat(refused.detail()).contains("vouched", "Nothing was changed", "--force");
      assertThat(admin.get("/tpm-authorities").json().path("authorities")).hasSize(1);
      assertThat(admin.delete(path + "?force=true").status()).isEqualTo(204);
      assertThat(assigned(host).kdk()).isEmpty();
      assertThat(admin.delete(path).code()).isEqualTo("tpm_authority_not_found");
    }
  }

  @Test
  void anAdministratorApprovesOneTpmInOneHost() {
    try (FakeHost host = host("approved")) {
      verdict(host.attest(bare.tpm(), bare.tpm()));
      Answer malformed =
          admin.post("/hosts/approved?action=approve-tpm", "{'fingerprint':'sha256:12'}");
      assertThat(malformed.code()).isEqualTo("tpm_fingerprint_invalid");
      Answer other =
          admin.post(
              "/hosts/approved?action=approve-tpm", "{'fingerprint':'" + fingerprint(made) + "'}");
      assertThat(other.code()).isEqualTo("tpm_fingerprint_other");
      assertThat(other.detail()).contains(fingerprint(bare), "Nothing was changed");
      assertThat(assigned(host).kdk()).isEmpty();

      act("approved", "approve-tpm", "{'fingerprint':'" + fingerprint(bare) + "'}");
      assertThat(assigned(host).kdk()).isPresent();
      assertThat(host.report(host.pollDesiredAgain(), List.of()).attest())
          .as("so that it hears of it")
          .isTrue();
      assertThat(verdict(host.attest(bare.tpm(), bare.tpm())).trusted()).isTrue();
      assertThat(host.report(host.pollDesiredAgain(), List.of()).attest()).isFalse();

      act("approved", "withdraw-tpm", "{}");
      assertThat(assigned(host).kdk()).isEmpty();
      assertThat(shown("approved").path("attestation").asText()).isEqualTo("NOT_ATTESTED");
      List<String> trail =
          admin.get("/audit?limit=50").json().path("events").findValuesAsText("action");
      assertThat(trail).contains("host.approve_tpm", "host.withdraw_tpm", "host.attest");
    }
  }

  @Test
  void whatWasApprovedBeforehandCountsOnceItIsProvedAndNotBefore() {
    try (FakeHost host = host("expected")) {
      act("expected", "approve-tpm", "{'fingerprint':'" + fingerprint(bare) + "'}");
      assertThat(assigned(host).kdk()).isEmpty();

      // The approved key is no secret: who shows it must have its TPM.
      Answer guess = host.send("attested", new AttestationAnswer(new TpmBytes(new byte[32])));
      assertThat(guess.code()).isEqualTo("tpm_answer_wrong");
      assertThat(shown("expected").path("attestation").asText()).isEqualTo("NOT_ATTESTED");

      assertThat(verdict(host.attest(bare.tpm(), bare.tpm())).trusted()).isTrue();
      assertThat(assigned(host).kdk()).isPresent();
      assertThat(host.send("attested", new AttestationAnswer(new TpmBytes(new byte[32]))).code())
          .as("a challenge is good for one answer")
          .isEqualTo("tpm_answer_wrong");
      assertThat(shown("expected").path("attestation").asText()).isEqualTo("ATTESTED");
    }
  }

  @Test
  void aTpmStandsForOneHostAndForTheHostAsItIs() {
    try (FakeHost one = host("first");
        FakeHost two = host("second");
        SecretBytes another = Hpke.newPrivateKey(RANDOM)) {
      act("first", "approve-tpm", "{'fingerprint':'" + fingerprint(bare) + "'}");
      verdict(one.attest(bare.tpm(), bare.tpm()));
      Answer borrowed = two.attest(bare.tpm(), bare.tpm());
      assertThat(borrowed.code()).isEqualTo("tpm_of_another_host");
      assertThat(borrowed.detail())
          .contains("first", "Nothing was changed", "keymoor host attest second");
      assertThat(shown("second").path("attestation_detail").asText()).contains("first");

      one.hello(false);
      one.hello(true);
      assertThat(assigned(one).kdk()).as("its next TPM may be another").isEmpty();
      assertThat(verdict(one.attest(bare.tpm(), bare.tpm())).trusted()).isTrue();
      assertThat(assigned(one).kdk()).isPresent();

      EnrolmentRequest reinstalled =
          new EnrolmentRequest(
              "first",
              CertificateRequest.pem(CertificateAuthority.newKeyPair(RANDOM), "first"),
              Base64.getEncoder().encodeToString(Hpke.publicKey(another)));
      assertThat(
              FakeHost.join(
                      admin,
                      FakeHost.secret(admin, "{'host':'first','reinstalled':true}"),
                      reinstalled)
                  .status())
          .isEqualTo(200);
      assertThat(shown("first").path("attestation").asText()).isEqualTo("NOT_ATTESTED");
    }
  }

  @Test
  void twoHostsThatProveOneTpmAtOnceAreToldWhichOfThemHasIt() throws Exception {
    Endorsement shown = bare.tpm().endorsement();
    try (FakeHost one = host("left");
        FakeHost two = host("right");
        ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
      Answer left = one.challenge(shown);
      Answer right = two.challenge(shown);
      byte[] toLeft = secret(left, shown);
      byte[] toRight = secret(right, shown);
      List<Future<Answer>> answers =
          both.invokeAll(
              List.of(
                  () -> one.send("attested", new AttestationAnswer(new TpmBytes(toLeft))),
                  () -> two.send("attested", new AttestationAnswer(new TpmBytes(toRight)))));
      List<String> codes = new ArrayList<>();
      for (Future<Answer> answer : answers) {
        codes.add(answer.get().status() == 200 ? "proved" : answer.get().code());
      }
      assertThat(codes).containsExactlyInAnyOrder("proved", "tpm_of_another_host");
    }
  }

  private byte[] secret(Answer challenged, Endorsement shown) {
    AttestationChallenge challenge = LinkJson.read(challenged.body(), AttestationChallenge.class);
    return bare.tpm().answer(shown, challenge.credential().toArray(), challenge.seed().toArray());
  }

  @Test
  void aChallengeThatAKilledAgentLeftIsInNobodysWay() {
    Endorsement shown = bare.tpm().endorsement();
    try (FakeHost host = host("killed")) {
      Answer left = host.challenge(shown);
      assertThat(verdict(host.attest(bare.tpm(), bare.tpm())).sentence())
          .contains(fingerprint(bare));
      assertThat(host.answer(shown, bare.tpm(), left).code()).isEqualTo("tpm_answer_wrong");
      assertThat(shown("killed").path("attestation").asText()).isEqualTo("NOT_TRUSTED");
    }
  }

  @Test
  void aFailedProofIsNotAskedForWithEachReportUnlessAnAdministratorAsks() {
    try (FakeHost host = host("failing")) {
      assertThat(host.report(host.pollDesiredAgain(), List.of()).attest()).isTrue();
      host.send("attest-failed", new AttestationFailure("No TPM 2.0 answers."));
      assertThat(host.report(host.pollDesiredAgain(), List.of()).attest()).isFalse();
      act("failing", "attest", "{}");
      assertThat(host.report(host.pollDesiredAgain(), List.of()).attest()).isTrue();
      host.send("attest-failed", new AttestationFailure("No TPM 2.0 answers."));
      assertThat(host.report(host.pollDesiredAgain(), List.of()).attest()).isFalse();
    }
  }

  @Test
  void aWithdrawalFirstNamesTheVmsThatCouldNotBePoweredOn() {
    try (FakeHost host = host("used")) {
      act("used", "approve-tpm", "{'fingerprint':'" + fingerprint(bare) + "'}");
      verdict(host.attest(bare.tpm(), bare.tpm()));
      UUID vm = UUID.randomUUID();
      UUID bound = UUID.fromString(provider.path("id").asText());
      String record =
          KeyRecords.rekeyed(
              vm,
              "ledger",
              Optional.empty(),
              new ProviderReference(bound, new ProviderName("bound"), ProviderType.NATIVE),
              new KeyId("key-1"));
      host.report(
          host.pollDesiredAgain(),
          List.of(FakeHost.vm(vm, "ledger", Optional.of(bound), Optional.of(record))));

      Answer refused = admin.post("/hosts/used?action=withdraw-tpm", "{}");
      assertThat(refused.code()).isEqualTo("host_tpm_in_use");
      assertThat(refused.detail()).contains("ledger", "Nothing was changed", "--force");
      assertThat(find(host).kdk()).isPresent();
      act("used", "withdraw-tpm&force=true", "{}");
      assertThat(find(host).kdk()).isEmpty();
    }
  }

  @Test
  void whatIsNoKeyOfATpmIsRefusedAndWhyATpmIsSilentIsShown() {
    try (FakeHost host = host("silent")) {
      var shown = bare.tpm().endorsement();
      Answer swapped =
          host.send(
              "attest",
              new AttestationClaim(
                  new TpmBytes(shown.attestationKey()),
                  Optional.empty(),
                  new TpmBytes(shown.key())));
      assertThat(swapped.code()).isEqualTo("tpm_keys_refused");
      assertThat(swapped.detail()).contains("not attested", "Nothing was changed");
      host.send("attest-failed", new AttestationFailure("No TPM 2.0 answers.\nReally."));
      assertThat(shown("silent").path("attestation_detail").asText())
          .startsWith("No TPM 2.0 answers. Really.");
      Answer refused = admin.post("/hosts/silent?action=attest", "{}");
      assertThat(refused.status()).isEqualTo(204);
      host.hello(false);
      assertThat(admin.post("/hosts/silent?action=attest", "{}").code())
          .isEqualTo("host_tpm_required");
    }
  }

  @Test
  void whatHostsHadBeforeAnUpgradeStaysWithThemAndIsAnAlarmUntilTheyAreAttested()
      throws IOException, SQLException {
    try (FakeHost old = host("old")) {
      assertThat(assigned(old).kdk()).isEmpty();
      upgrade();

      assertThat(find(old).kdk()).as("as before the upgrade").isPresent();
      old.report(old.pollDesiredAgain(), List.of());
      assertThat(alarms()).contains("tpm_not_attested");
      verdict(old.attest(bare.tpm(), bare.tpm()));
      assertThat(find(old).kdk()).as("proved, and not trusted yet").isPresent();

      JsonNode later =
          admin
              .post(
                  "/kms/providers",
                  "{'provider':'later','type':'NATIVE','constraints':{'tpm_required':true}}")
              .json();
      assertThat(old.pollDesired().providers())
          .filteredOn(it -> it.id().toString().equals(later.path("id").asText()))
          .allSatisfy(it -> assertThat(it.kdk()).as("it never had this one").isEmpty());
      admin.delete("/kms/providers/later?confirm=later");

      act("old", "approve-tpm", "{'fingerprint':'" + fingerprint(bare) + "'}");
      assertThat(find(old).kdk()).isPresent();
      assertThat(alarms()).doesNotContain("tpm_not_attested");
      act("old", "withdraw-tpm", "{}");
      assertThat(find(old).kdk()).as("what was kept ended with the first trust").isEmpty();
    }
  }

  private ProviderAssignment find(FakeHost host) {
    return host.pollDesiredAgain().providers().stream()
        .filter(it -> it.id().toString().equals(provider.path("id").asText()))
        .findFirst()
        .orElseThrow();
  }

  private List<String> alarms() {
    return admin.get("/alarms").json().path("alarms").findValuesAsText("code");
  }

  /** What the migration does to a database with hosts that had keys on their own word. */
  private void upgrade() throws IOException, SQLException {
    String port = Files.readAllLines(home.resolve("postgres/postmaster.pid")).get(3);
    try (InputStream in =
            Objects.requireNonNull(
                ManagerServer.class.getResourceAsStream(
                    "/io/keymoor/manager/store/migrations/V27__tpms_that_are_attested.sql"));
        Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                "postgres",
                Files.readString(home.resolve("postgres.password")).strip());
        Statement statement = connection.createStatement()) {
      String migration = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      statement.execute("DELETE FROM host_tpm");
      statement.execute(migration.substring(migration.indexOf("INSERT INTO host_tpm")));
    }
  }
}
