package io.keymoor.host.vm;

import static io.keymoor.host.vm.TestHost.disk;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.keymoor.crypto.KeyDerivation;
import io.keymoor.crypto.SealedFile;
import io.keymoor.disk.DiskException;
import io.keymoor.host.operation.CrashPoint;
import io.keymoor.host.operation.CrashTrigger;
import io.keymoor.hypervisor.DomainDisk;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.VmReport;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.RecordKeys;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VmOperationsTest {
  private static final int MIB = 1024 * 1024;
  private TestHost host;

  @BeforeEach
  void makeHost(@TempDir Path directory) {
    host = new TestHost(directory);
    host.defineVm();
    host.remember();
  }

  @AfterEach
  void close() {
    host.close();
  }

  private List<String> keyIds() {
    return host.record().currentKeys().stream().map(key -> key.id().text()).toList();
  }

  @Test
  void encryptionGoesThereAndBackAndKeepsTheData() {
    CommandOutcome.Succeeded done = host.succeed(TestHost.encrypt());
    assertThat(done.vm()).hasValueSatisfying(vm -> assertThat(vm.lockedReason()).isEmpty());
    assertThat(host.partsEncrypted()).containsExactly("home", "disk:vda", "disk:vdb");
    assertThat(keyIds()).containsExactly("key-1");
    host.assertContentsAreAsBefore();
    host.succeed(TestHost.decrypt());
    assertThat(host.partsEncrypted()).isEmpty();
    assertThat(host.files()).containsExactly("web01-data.qcow2", "web01.img");
    host.assertContentsAreAsBefore();
  }

  @Test
  void severalDisksAreCopiedAtOnceAndOneThatFailsStopsTheOthers() {
    assumeThat(Runtime.getRuntime().availableProcessors()).as("processors").isGreaterThan(1);
    CountDownLatch both = new CountDownLatch(2);
    host.restart(point -> {
      if (point == CrashPoint.ENCRYPT_COPYING) {
        both.countDown();
        meet(both);
      }
    });
    host.succeed(TestHost.encrypt());
    assertThat(both.getCount()).isZero();
    host.assertContentsAreAsBefore();
    host.restart(point -> {
      if (point == CrashPoint.DECRYPT_COPYING) {
        throw new DiskException.DiskWriteFailed("the datastore", "at byte 7");
      }
    });
    assertThat(host.fail(TestHost.decrypt()).sentence()).contains("the datastore");
    assertThat(host.partsEncrypted()).containsExactly("home", "disk:vda", "disk:vdb");
    assertThat(host.journalIsEmpty()).isTrue();
    host.assertContentsAreAsBefore();
  }

  private static void meet(CountDownLatch both) {
    try {
      assertThat(both.await(5, TimeUnit.MINUTES)).as("another disk is copied meanwhile").isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void everyPartHasItsOwnDataKeyAndSecret() {
    host.succeed(TestHost.encrypt());
    assertThat(host.record().parts())
        .extracting(part -> part.current().orElseThrow().dekCheck())
        .doesNotHaveDuplicates();
    assertThat(host.record().parts())
        .extracting(part -> part.current().orElseThrow().secretId())
        .doesNotHaveDuplicates();
  }

  @Test
  void aThinRawDiskStaysThinAsQcow2() throws IOException {
    Path thin = host.sparseRaw("thin.img", 7);
    host.define(TestHost.VM, "web01", disk("vda", thin, "raw", ""));
    host.remember();
    host.succeed(TestHost.encrypt("disk:vda"));
    DomainDisk disk = host.definition().disk("vda").orElseThrow();
    assertThat(disk.format()).isEqualTo("qcow2");
    assertThat(disk.file()).contains(host.datastore.resolve("thin.luks-1.qcow2"));
    assertThat(Files.size(host.datastore.resolve("thin.luks-1.qcow2"))).isLessThan(3L * MIB);
    host.assertContentsAreAsBefore();
  }

  @Test
  void chosenPartsAreEncryptedAndLaterOnesShareTheirKey() {
    host.succeed(TestHost.encrypt("disk:vdb"));
    assertThat(host.partsEncrypted()).containsExactly("disk:vdb");
    host.succeed(new HostCommand.EncryptVm("c9", TestHost.VM, List.of(), TestHost.LAB, "key-9"));
    assertThat(host.partsEncrypted()).containsExactly("home", "disk:vda", "disk:vdb");
    assertThat(keyIds()).containsExactly("key-9");
    host.succeed(TestHost.decrypt("disk:vda"));
    assertThat(host.partsEncrypted()).containsExactly("home", "disk:vdb");
    host.assertContentsAreAsBefore();
  }

  @Test
  void partsMayHaveKeysOfDifferentProviders() {
    host.succeed(TestHost.encrypt("disk:vda"));
    host.succeed(
        new HostCommand.EncryptVm("c9", TestHost.VM, List.of("home"), TestHost.SECOND, "key-9"));
    assertThat(keyIds()).containsExactlyInAnyOrder("key-1", "key-9");
    host.assertContentsAreAsBefore();
  }

  @Test
  void aRekeyOfARunningVmTouchesNoDiskAndNoSecret() throws IOException {
    host.succeed(TestHost.encrypt());
    host.succeed(TestHost.start());
    Path image = host.datastore.resolve("web01.luks-1.img");
    byte[] before = Files.readAllBytes(image);
    UUID secret = host.record().current("disk:vda").orElseThrow().secretId();
    host.succeed(TestHost.rekey(TestHost.SECOND, "key-2"));
    assertThat(Files.readAllBytes(image)).isEqualTo(before);
    assertThat(host.record().current("disk:vda").orElseThrow().secretId()).isEqualTo(secret);
    assertThat(keyIds()).containsExactly("key-2");
    host.keys.replace(List.of(TestHost.provider(TestHost.SECOND, "second", 2)));
    host.succeed(TestHost.stop(true));
    host.succeed(TestHost.start());
    host.assertContentsAreAsBefore();
  }

  @Test
  void libvirtHasTheSecretsAtTheStartOnly() {
    host.succeed(TestHost.encrypt());
    host.succeed(TestHost.addVtpm());
    host.succeed(TestHost.start());
    assertThat(host.hypervisor.startedWith()).hasSize(3);
    assertThat(host.hypervisor.secrets()).isEmpty();
  }

  @Test
  void aStartThroughLibvirtIsGivenTheSecretsUntilItRuns() {
    host.succeed(TestHost.encrypt());
    assertThat(host.vms().secretsForStart().forStart(host.definition()))
        .isInstanceOf(SecretsForStart.Answer.Granted.class);
    assertThat(host.hypervisor.secrets()).hasSize(2);
    host.hypervisor.start(TestHost.VM);
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> host.hypervisor.secrets().isEmpty());
  }

  @Test
  void aStartOfALockedVmThroughLibvirtIsRefused() {
    host.succeed(TestHost.encrypt());
    host.keys.replace(List.of());
    SecretsForStart.Answer answer = host.vms().secretsForStart().forStart(host.definition());
    assertThat(answer).isInstanceOf(SecretsForStart.Answer.Refused.class);
    SecretsForStart.Answer.Refused refused = (SecretsForStart.Answer.Refused) answer;
    assertThat(refused.code()).isEqualTo("vm_locked");
    assertThat(refused.sentence()).contains("web01", "lab", "key-1");
    assertThat(host.hypervisor.secrets()).isEmpty();
  }

  @Test
  void anEncryptedVmIsNotStartedWhereItsMemoryCouldReachClearSwap() {
    host.succeed(TestHost.encrypt("home"));
    host.memoryObjection("Swap on /swap.img is in clear.");
    CommandOutcome.Failed failed = host.fail(TestHost.start());
    assertThat(failed.code()).isEqualTo("host_not_safe");
    assertThat(failed.sentence()).contains("web01", "/swap.img");
    assertThat(host.vms().secretsForStart().forStart(host.definition()))
        .isInstanceOf(SecretsForStart.Answer.Refused.class);
    assertThat(host.hypervisor.secrets()).isEmpty();
    host.succeed(TestHost.decrypt());
    host.succeed(TestHost.start());
  }

  @Test
  void secretsLeftByAKilledAgentGoWhenTheNextStarts() {
    host.succeed(TestHost.encrypt());
    UUID admins = UUID.randomUUID();
    host.hypervisor.putSecret(admins, "not ours", SecretBytes.takeOver(new byte[] {1}));
    host.vms().secretsForStart().give(host.definition());
    host.restart(CrashTrigger.NONE);
    host.vms().recover();
    assertThat(host.hypervisor.secrets()).containsExactly(admins);
  }

  @Test
  void theHomeHoldsTheDefinitionSealedUnderItsKey() throws IOException {
    host.succeed(TestHost.encrypt("home"));
    Path home = host.datastore.resolve("web01.keymoor");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
        .isEqualTo("rwx------");
    KeyEntry entry = host.record().current("home").orElseThrow();
    assertThat(entry.image()).contains("web01.keymoor");
    try (SecretBytes dek = RecordKeys.unwrap(TestHost.VM, "home", entry, host.keys);
        SecretBytes key = KeyDerivation.homeSealingKey(dek, TestHost.VM);
        SecretBytes xml =
            SealedFile.read(VmHome.sealedDefinition(home), key, VmHome.DEFINITION_PURPOSE)) {
      assertThat(xml.length()).isEqualTo(host.definition().xml().getBytes(UTF_8).length);
    }
  }

  @Test
  void aNameThatIsNoFileNameGivesAHomeNamedByTheId() {
    Path raw = host.fullRaw("b.img", MIB, 5);
    host.define(TestHost.VM, "../../etc/näme of a vm", disk("vda", raw, "raw", ""));
    host.succeed(TestHost.encrypt("home"));
    assertThat(host.files()).contains(TestHost.VM + ".keymoor");
  }

  @Test
  void aHomeIsNotMadeBehindALinkSomebodyPutThere() throws IOException {
    Path elsewhere = Files.createDirectory(host.datastore.resolveSibling("elsewhere"));
    Files.createSymbolicLink(host.datastore.resolve("web01.keymoor"), elsewhere);
    host.succeed(TestHost.encrypt("home"));
    assertThat(elsewhere).isEmptyDirectory();
    assertThat(host.files()).contains(TestHost.VM + ".keymoor");
  }

  @Test
  void aForcedStopWaitsUntilTheVmIsOff() {
    host.succeed(TestHost.start());
    assertThat(host.succeed(TestHost.stop(false)).summary()).contains("asked to shut down");
    assertThat(host.domain().active()).isTrue();
    host.succeed(TestHost.stop(true));
    assertThat(host.report().power()).isEqualTo(VmReport.Power.OFF);
  }

  @Test
  void theReportSaysSizesAndKeys() {
    host.succeed(TestHost.encrypt());
    assertThat(host.report().parts())
        .extracting(VmReport.PartReport::sizeBytes)
        .containsExactly(0L, 2L * MIB, 4L * MIB);
    assertThat(host.report().parts())
        .extracting(part -> part.providerName().orElseThrow())
        .containsOnly("lab");
    assertThat(host.report().keyRecord()).isEqualTo(host.definition().keyRecord());
  }
}
