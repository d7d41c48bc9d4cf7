package io.keymoor.host.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.host.operation.CrashTrigger;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.HostCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of key records that were changed, swapped, lost or put back (R3, R4). */
class RecordTamperingTest {
  private TestHost host;
  private Path sidecar;
  private Path homeCopy;

  @BeforeEach
  void makeEncryptedVm(@TempDir Path directory) {
    host = new TestHost(directory);
    host.defineVm();
    host.remember();
    host.succeed(TestHost.encrypt());
    sidecar = host.datastore.resolve("web01.luks-1.img.keymoor");
    homeCopy = host.datastore.resolve("web01.keymoor/record.json");
  }

  @AfterEach
  void close() {
    host.close();
  }

  private String metadata() {
    return host.definition().keyRecord().orElseThrow();
  }

  private void metadata(String record) {
    host.hypervisor.setKeyRecord(TestHost.VM, record);
  }

  private void metadataGone() {
    host.hypervisor.define(host.definition().withoutKeyRecord());
  }

  private void assertOpensAndStarts() {
    assertThat(host.lockedReason()).isEmpty();
    host.succeed(TestHost.start());
    host.succeed(TestHost.stop(true));
    host.assertContentsAreAsBefore();
  }

  @Test
  void aDeletedSidecarIsWrittenAnew() {
    String record = metadata();
    TestHost.delete(sidecar);
    TestHost.delete(homeCopy);
    host.restart(CrashTrigger.NONE);
    host.vms().recover();
    assertThat(sidecar).hasContent(record);
    assertThat(homeCopy).hasContent(record);
    assertOpensAndStarts();
  }

  @Test
  void damagedMetadataIsRepairedFromASidecar() {
    String record = metadata();
    metadata("{\"format\":\"keymoor-key-rec");
    assertThat(host.lockedReason()).isEmpty();
    host.vms().recover();
    assertThat(metadata()).isEqualTo(record);
    assertOpensAndStarts();
  }

  @Test
  void aRecordThatSomebodyChangedIsNotBelieved() {
    String record = metadata();
    metadata(record.replace("\"objectName\":\"web01\"", "\"objectName\":\"web99\""));
    host.vms().recover();
    assertThat(metadata()).isEqualTo(record);
    assertOpensAndStarts();
  }

  @Test
  void allCopiesChangedLockTheVmAndAreLeftAsTheyAre() throws IOException {
    String forged = metadata().replace("\"generation\":2", "\"generation\":7");
    metadata(forged);
    for (String name : host.files()) {
      if (name.endsWith(".json") || name.matches(".*\\.(img|qcow2)\\.keymoor")) {
        Files.writeString(host.datastore.resolve(name), forged);
      }
    }
    assertThat(host.lockedReason())
        .hasValueSatisfying(why -> assertThat(why).contains("changed by somebody without the key"));
    assertThat(host.fail(TestHost.start()).code()).isEqualTo("key_record_damaged");
    host.vms().recover();
    assertThat(metadata()).isEqualTo(forged);
    assertThat(sidecar).hasContent(forged);
  }

  @Test
  void theRecordOfAnotherVmOpensNothing() throws IOException {
    Path disk = host.fullRaw("web02.img", 1024 * 1024, 9);
    host.define(TestHost.OTHER_VM, "web02", TestHost.disk("vda", disk, "raw", ""));
    host.succeed(
        new HostCommand.EncryptVm(
            "c", TestHost.OTHER_VM, List.of("disk:vda"), TestHost.LAB, "key-8"));
    String others =
        host.hypervisor
            .domain(TestHost.OTHER_VM)
            .orElseThrow()
            .definition()
            .keyRecord()
            .orElseThrow();
    String record = metadata();
    metadata(others);
    Files.writeString(sidecar, others);
    assertThat(host.lockedReason()).isEmpty();
    host.vms().recover();
    assertThat(metadata()).isEqualTo(record);
    assertThat(sidecar).hasContent(record);
    assertOpensAndStarts();
  }

  @Test
  void aRecordPutBackIsRefusedUntilAnAdministratorAcceptsIt() throws IOException {
    String old = metadata();
    host.succeed(TestHost.rekey(TestHost.SECOND, "key-2"));
    metadata(old);
    for (String name : host.files()) {
      if (name.endsWith(".json") || name.matches(".*\\.(img|qcow2)\\.keymoor")) {
        Files.writeString(host.datastore.resolve(name), old);
      }
    }
    CommandOutcome.Failed refused = host.fail(TestHost.start());
    assertThat(refused.code()).isEqualTo("key_record_rolled_back");
    assertThat(refused.sentence()).contains("--accept-older-record");
    assertThat(host.lockedReason()).isPresent();
    assertThat(host.fail(TestHost.unlock(false)).code()).isEqualTo("key_record_rolled_back");
    host.succeed(TestHost.unlock(true));
    assertOpensAndStarts();
    host.succeed(TestHost.rekey(TestHost.LAB, "key-3"));
    assertOpensAndStarts();
  }

  @Test
  void aRecordWithoutKeysDoesNotOutbidTheGenuineOnesForGood() throws IOException {
    String empty =
        metadata()
            .replaceFirst("\"generation\":[0-9]+", "\"generation\":9000000000000000000")
            .replaceFirst("\"parts\":.*", "\"parts\":[],\"macs\":[]}");
    Files.writeString(sidecar, empty);
    host.keys.replace(List.of());
    host.fail(TestHost.start());
    host.keys.replace(TestHost.providers());
    assertOpensAndStarts();
  }

  @Test
  void oneOldCopyLosesAgainstTheNewOnes() throws IOException {
    String old = metadata();
    host.succeed(TestHost.rekey(TestHost.SECOND, "key-2"));
    String present = metadata();
    metadata(old);
    assertThat(host.lockedReason()).isEmpty();
    host.vms().recover();
    assertThat(metadata()).isEqualTo(present);
    assertOpensAndStarts();
  }

  @Test
  void aRecordFromBeforeADecryptionDoesNotComeBackUnseen() {
    DomainDefinition encrypted = host.definition();
    host.succeed(TestHost.decrypt());
    host.hypervisor.define(encrypted);
    assertThat(host.fail(TestHost.start()).code()).isEqualTo("key_record_rolled_back");
  }

  @Test
  void aRecordOfANewerVersionStopsEverythingButLosesNothing() {
    String newer = metadata().replace("\"version\":1", "\"version\":2");
    metadata(newer);
    assertThat(host.fail(TestHost.start()).code()).isEqualTo("key_record_newer");
    assertThat(host.lockedReason())
        .hasValueSatisfying(why -> assertThat(why).contains("Update Keymoor"));
    host.vms().recover();
    assertThat(metadata()).isEqualTo(newer);
  }

  @Test
  void aCopiedVmOpensFromItsSidecarAndIsTakenOverOnRequestOnly() {
    String record = metadata();
    metadataGone();
    assertThat(host.lockedReason()).isEmpty();
    assertThat(host.partsEncrypted()).containsExactly("home", "disk:vda", "disk:vdb");
    host.vms().recover();
    assertThat(host.definition().keyRecord()).isEmpty();
    host.succeed(TestHost.unlock(false));
    assertThat(metadata()).isEqualTo(record);
    assertOpensAndStarts();
  }

  @Test
  void theSealedHomeOfAnotherGenerationIsNoObstacle() throws IOException {
    Files.writeString(homeCopy, "damaged");
    host.succeed(TestHost.unlock(false));
    assertThat(homeCopy).hasContent(metadata());
  }
}
