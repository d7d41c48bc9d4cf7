package io.keymoor.manager.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.crypto.ClientKeys;
import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.kms.lab.LabKms;
import io.keymoor.manager.app.ManagerServer;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.Client.Answer;
import io.keymoor.manager.testing.FakeHost;
import io.keymoor.manager.testing.TestManager;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.HostKek;
import io.keymoor.protocol.ReportReply;
import io.keymoor.protocol.VmReport;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.KeyRecordCodec;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.provider.record.RecordKeys;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** KEKs from a real KMS to two hosts, over TLS, with what the manager has in PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeyLinkTest {
  private final AtomicInteger clusters = new AtomicInteger();
  private LabKms kms;
  private ManagerServer manager;
  private Client admin;
  private String cluster;
  private FakeHost one;
  private FakeHost two;
  private DesiredState desired;
  private UUID provider;

  @BeforeAll
  void start(@TempDir Path directory) {
    kms = new LabKms(directory);
    kms.start("a");
    Path home = directory.resolve("manager");
    TestManager.init(home, Map.of("task_start_seconds", 120));
    manager = TestManager.start(home);
    admin = Client.administrator(home);
    provider = createProvider("kms");
  }

  @AfterAll
  void stop() {
    admin.close();
    manager.close();
    kms.close();
  }

  @BeforeEach
  void enrol() {
    cluster = "lab" + clusters.incrementAndGet();
    admin.post("/clusters", "{'name':'" + cluster + "'}");
    one = FakeHost.enrol(admin, cluster, cluster + "-kvm1");
    two = FakeHost.enrol(admin, cluster, cluster + "-kvm2");
    one.hello(false);
    desired = one.pollDesired();
  }

  @AfterEach
  void leave() {
    two.close();
    one.close();
  }

  private UUID createProvider(String name) {
    JsonNode made =
        admin
            .post(
                "/kms/providers",
                "{'provider':'"
                    + name
                    + "','type':'STANDARD','standard_spec':{'servers':[{'host':'"
                    + kms.place("a")
                    + "'}]}}")
            .json();
    kms.register(
        name,
        ClientKeys.certificates(
                made.path("standard_info").path("identity").path("certificate_pem").asText())
            .getFirst(),
        Optional.empty());
    JsonNode shown =
        admin.get("/kms/providers/" + name + "/certificates").json().path("servers").get(0);
    Answer trusted =
        admin.post(
            "/kms/providers/" + name + "/trust",
            "{'fingerprint':'" + shown.path("fingerprint").asText() + "'}");
    assertThat(trusted.status()).as(trusted.toString()).isEqualTo(200);
    return UUID.fromString(made.path("id").asText());
  }

  private static void eventually(ThrowingRunnable assertion) {
    await().atMost(Duration.ofSeconds(90)).untilAsserted(assertion);
  }

  private String task(Answer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
    return answer.json().path("task").asText();
  }

  private UUID register(String name) {
    UUID vm = UUID.randomUUID();
    one.report(desired, List.of(FakeHost.plainVm(vm, name)));
    assertThat(
            admin.post("/vms", "{'host':'" + cluster + "-kvm1','domain':'" + name + "'}").status())
        .isEqualTo(201);
    return vm;
  }

  private HostCommand take(String task) {
    return await()
        .atMost(Duration.ofSeconds(90))
        .until(
            () -> one.commands().stream().filter(command -> command.id().equals(task)).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** A record as the host would write it, under the KEK that it was sent. */
  private VmReport encrypted(UUID provider, UUID vm, String name, String key) {
    ProviderReference reference =
        new ProviderReference(provider, new ProviderName("kms"), ProviderType.STANDARD);
    SecureRandom random = new SecureRandom();
    try (IssuedKey kek =
            new IssuedKey(
                reference, new KeyId(key), one.keys().kek(provider, key).orElseThrow().copy());
        SecretBytes dek = SecretBytes.random(32, random)) {
      KeyRecord none =
          KeyRecord.none(vm, KeyRecord.ObjectType.VM, name, Instant.parse("2026-11-25T12:00:00Z"));
      PartKeys home =
          PartKeys.encrypted(
              PartKeys.HOME,
              RecordKeys.wrap(
                  vm,
                  PartKeys.HOME,
                  1,
                  kek,
                  dek,
                  none.written(),
                  UUID.randomUUID(),
                  Optional.of("web01.keymoor")));
      KeyRecord record =
          RecordKeys.seal(none.next(name, none.written(), List.of(home)), _ -> kek.kek().copy());
      return FakeHost.vm(
          vm, name, Optional.of(provider), Optional.of(KeyRecordCodec.write(record)));
    }
  }

  @Test
  void aKeyReachesEveryHostBeforeTheCommandThatUsesIt() {
    register("web01");
    String task = task(admin.post("/vms/web01?action=encrypt", "{'provider':'kms'}"));
    HostCommand.EncryptVm command = (HostCommand.EncryptVm) take(task);
    assertThat(one.keys().kek(provider, command.keyId())).isPresent();

    two.hello(false);
    eventually(() -> {
      two.commands();
      assertThat(two.keys().kek(provider, command.keyId()))
          .isEqualTo(one.keys().kek(provider, command.keyId()));
    });
  }

  @Test
  void aRekeyWaitsForEveryConnectedHostAndSaysForWhich() {
    UUID vm = register("web02");
    String first = task(admin.post("/vms/web02?action=encrypt", "{'provider':'kms'}"));
    String key = ((HostCommand.EncryptVm) take(first)).keyId();
    one.result(
        new CommandOutcome.Succeeded(
            first, "Done.", List.of(), Optional.of(encrypted(provider, vm, "web02", key))));
    assertThat(two.hello(false).protocolVersion()).isEqualTo(1);

    String rekey = task(admin.post("/vms/web02?action=rekey", "{}"));
    eventually(() -> {
      assertThat(one.commands(first)).isEmpty();
      assertThat(admin.get("/tasks/" + rekey).json().path("phase").asText())
          .startsWith("waits until host " + cluster + "-kvm2 has key ");
    });
    eventually(() -> {
      two.commands();
      assertThat(two.keys().size()).isEqualTo(2);
    });
    two.commands();
    HostCommand.RekeyVm command = (HostCommand.RekeyVm) take(rekey);
    assertThat(two.keys().kek(provider, command.keyId())).isPresent();
    assertThat(two.keys().kek(provider, key)).as("the old key stays needed").isPresent();
    assertThat(admin.get("/tasks/" + rekey).json().path("phase").asText()).isEmpty();
  }

  @Test
  void aHostThatRestartsWithoutKmsIsToldWhyAndGetsItsKeysWhenTheKmsIsBack() {
    UUID vm = register("web03");
    String task = task(admin.post("/vms/web03?action=encrypt", "{'provider':'kms'}"));
    String key = ((HostCommand.EncryptVm) take(task)).keyId();
    VmReport report = encrypted(provider, vm, "web03", key);
    one.result(new CommandOutcome.Succeeded(task, "Done.", List.of(), Optional.of(report)));
    one.commands();
    String check = KeyCheckValue.of(one.keys().kek(provider, key).orElseThrow()).hex();

    kms.stop("a");
    one.keys().reboot();
    eventually(() -> {
      one.commands();
      assertThat(one.keys().missing())
          .singleElement()
          .satisfies(missing -> {
            assertThat(missing.ids()).containsExactly(key);
            assertThat(missing.reason()).contains(kms.place("a"));
          });
    });
    kms.start("a");
    String unlock = task(admin.post("/vms/web03?action=unlock", "{}"));
    assertThat(take(unlock)).isInstanceOf(HostCommand.UnlockVm.class);
    eventually(() -> {
      one.commands();
      assertThat(one.keys().kek(provider, key).map(KeyCheckValue::of).map(KeyCheckValue::hex))
          .contains(check);
    });
    assertThat(one.keys().missing()).isEmpty();
  }

  @Test
  void everyHostGetsAKekForItsOwnKey() {
    register("web04");
    task(admin.post("/vms/web04?action=encrypt", "{'provider':'kms'}"));
    HostKek mine = hostKek(one);
    HostKek theirs = hostKek(two);
    assertThat(mine.provider()).isEqualTo(provider);
    assertThat(mine.keyId()).isNotEqualTo(theirs.keyId());
    eventually(() -> {
      one.commands();
      assertThat(one.keys().kek(provider, mine.keyId())).isPresent();
      assertThat(one.keys().kek(provider, theirs.keyId())).isPresent();
    });
    assertThat(hostKek(one)).as("made once").isEqualTo(mine);
  }

  private HostKek hostKek(FakeHost host) {
    return await()
        .atMost(Duration.ofSeconds(90))
        .until(
            () -> Optional.of(host.report(desired, List.of())).flatMap(ReportReply::hostKek),
            Optional::isPresent)
        .orElseThrow();
  }

  @Test
  void nothingWaitsForAKeyOfAProviderThatIsDeleted() {
    UUID vm = register("web05");
    UUID leaving = createProvider("leaving");
    String task = task(admin.post("/vms/web05?action=encrypt", "{'provider':'leaving'}"));
    String key = ((HostCommand.EncryptVm) take(task)).keyId();
    one.result(
        new CommandOutcome.Succeeded(
            task, "Done.", List.of(), Optional.of(encrypted(leaving, vm, "web05", key))));
    one.commands();
    Answer deleted = admin.delete("/kms/providers/leaving?confirm=leaving");
    assertThat(deleted.status()).as(deleted.toString()).isLessThan(300);
    eventually(() -> {
      one.commands();
      assertThat(one.keys().size()).isZero();
      assertThat(one.keys().missing()).isEmpty();
    });
  }
}
