package io.keymoor.host.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.host.operation.CrashTrigger;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.VmReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An entry of the journal that can't be read, as after a disk error. */
class DamagedJournalTest {
  @TempDir Path path;

  private TestHost host;

  @BeforeEach
  void open() throws IOException {
    host = new TestHost(path);
    host.defineVm();
    host.remember();
  }

  @AfterEach
  void close() {
    host.close();
  }

  private Path damage(String name) throws IOException {
    Path entry = path.resolve("state/operations").resolve(name + ".operation.json");
    return Files.writeString(entry, "{\"id\":");
  }

  @Test
  void theDamagedEntryOfOneVmStopsNoOther() throws IOException {
    Path entry = damage(UUID.randomUUID() + "_" + UUID.randomUUID());
    host.restart(CrashTrigger.NONE);
    host.vms().recover();
    host.succeed(TestHost.encrypt());
    host.succeed(TestHost.start());
    assertThat(entry).as("it is kept for a person to look at").exists();
  }

  @Test
  void theVmOfADamagedEntryIsNeitherChangedNorStartedAndSaysWhy() throws IOException {
    host.succeed(TestHost.encrypt());
    Path entry = damage(TestHost.VM + "_" + UUID.randomUUID());
    host.vms().recover();

    CommandOutcome.Failed failed = host.fail(TestHost.rekey(TestHost.LAB, "key-2"));
    assertThat(failed.code()).isEqualTo("journal_entry_damaged");
    assertThat(failed.sentence()).contains(entry.toString(), "Restore the entry");
    assertThat(host.vms().secretsForStart().forStart(host.definition()))
        .isInstanceOf(SecretsForStart.Answer.Refused.class);
    List<VmReport> reports = host.vms().report();
    assertThat(reports)
        .anySatisfy(report ->
            assertThat(report.lockedReason())
                .hasValueSatisfying(reason -> assertThat(reason).contains(entry.toString())));

    Files.delete(entry);
    host.succeed(TestHost.rekey(TestHost.LAB, "key-2"));
  }

  @Test
  void anEntryThatDoesNotTellItsVmStopsAllAsNobodyKnowsWhichFilesItIsAbout() throws IOException {
    damage(UUID.randomUUID().toString());
    assertThat(host.fail(TestHost.encrypt()).code()).isEqualTo("journal_entry_damaged");
  }

  @Test
  void oldNewsOfAVmLeaveTheSecretsOfItsNextStartAlone() {
    host.succeed(TestHost.encrypt());
    SecretsForStart secrets = host.vms().secretsForStart();
    assertThat(secrets.forStart(host.definition()))
        .isInstanceOf(SecretsForStart.Answer.Granted.class);
    // That it was started some time ago and stopped again.
    secrets.takeAwayAfter(true, TestHost.VM);
    assertThat(host.hypervisor.secrets()).hasSize(2);
    secrets.takeAwayAfter(false, TestHost.VM);
    assertThat(host.hypervisor.secrets()).as("it does not start").isEmpty();

    secrets.during(
        host.definition(),
        () -> {
          secrets.takeAwayAfter(false, TestHost.VM);
          assertThat(host.hypervisor.secrets()).as("the agent starts it").hasSize(2);
        });
    assertThat(host.hypervisor.secrets()).isEmpty();
  }
}
