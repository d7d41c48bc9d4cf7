package io.keymoor.host.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.host.command.CommandControl;
import io.keymoor.host.operation.CrashTrigger;
import io.keymoor.hypervisor.Domain;
import io.keymoor.protocol.CommandOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DisturbedOperationsTest {
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
  void libvirtGoneBeforeTheCommitIsRolledBackWhenItIsBack() {
    String before = host.hypervisor.xml(TestHost.VM);
    host.hypervisor.failNextCommit(FakeHypervisor.Fault.AWAY_BEFORE);
    assertThat(host.fail(TestHost.encrypt()).code()).isEqualTo("operation_unsettled");
    assertThat(host.files()).contains("web01.img", "web01.luks-1.img");
    host.hypervisor.away(false);
    Awaitility.await().atMost(Duration.ofMinutes(2)).until(host::journalIsEmpty);
    assertThat(host.hypervisor.xml(TestHost.VM)).isEqualTo(before);
    assertThat(host.files()).containsExactly("web01-data.qcow2", "web01.img");
    host.assertContentsAreAsBefore();
  }

  @Test
  void libvirtGoneRightAfterTheCommitIsFinishedWhenItIsBack() {
    host.hypervisor.failNextCommit(FakeHypervisor.Fault.AWAY_AFTER);
    assertThat(host.fail(TestHost.encrypt()).code()).isEqualTo("operation_unsettled");
    host.hypervisor.away(false);
    Awaitility.await().atMost(Duration.ofMinutes(2)).until(host::journalIsEmpty);
    assertThat(host.files()).doesNotContain("web01.img").contains("web01.luks-1.img");
    host.assertContentsAreAsBefore();
    host.succeed(TestHost.encrypt());
  }

  @Test
  void libvirtGoneInARekeyIsSettledWhenItIsBack() {
    host.succeed(TestHost.encrypt());
    host.hypervisor.failNextCommit(FakeHypervisor.Fault.AWAY_BEFORE);
    assertThat(host.fail(TestHost.rekey(TestHost.SECOND, "key-2")).code())
        .isEqualTo("operation_unsettled");
    host.hypervisor.away(false);
    Awaitility.await().atMost(Duration.ofMinutes(2)).until(host::journalIsEmpty);
    assertThat(keyIds()).containsExactly("key-1");
    host.succeed(TestHost.rekey(TestHost.SECOND, "key-2"));
    assertThat(keyIds()).containsExactly("key-2");
    host.assertContentsAreAsBefore();
  }

  @Test
  void aVmThatChangedInTheMiddleIsLeftAsItWasChanged() {
    CommandControl meddler =
        new CommandControl() {
          @Override
          public void progress(String phase, long done, long total, String unit) {
            host.hypervisor.power(TestHost.VM, Domain.Power.RUNNING);
          }

          @Override
          public boolean cancelled() {
            return false;
          }
        };
    CommandOutcome outcome = host.vms().commands().execute(TestHost.encrypt(), meddler);
    assertThat(outcome).isInstanceOf(CommandOutcome.Failed.class);
    assertThat(host.files()).containsExactly("web01-data.qcow2", "web01.img");
  }

  @Test
  void otherChangesOfTheDefinitionMeanwhileAreKept() {
    CommandControl meddler =
        new CommandControl() {
          @Override
          public void progress(String phase, long done, long total, String unit) {
            if (phase.startsWith("encrypting")) {
              String more = host.hypervisor.xml(TestHost.VM).replace(">64<", ">128<");
              host.hypervisor.define(io.keymoor.hypervisor.DomainDefinition.parse(more));
            }
          }

          @Override
          public boolean cancelled() {
            return false;
          }
        };
    assertThat(host.vms().commands().execute(TestHost.encrypt(), meddler))
        .isInstanceOf(CommandOutcome.Succeeded.class);
    assertThat(host.hypervisor.xml(TestHost.VM)).contains(">128<");
    host.assertContentsAreAsBefore();
  }

  @Test
  void anOperationOnADomainThatIsGoneKeepsEveryFile() {
    String xml = host.hypervisor.xml(TestHost.VM);
    host.hypervisor.failNextCommit(FakeHypervisor.Fault.AWAY_BEFORE);
    host.fail(TestHost.encrypt());
    host.hypervisor.undefine(TestHost.VM);
    host.hypervisor.away(false);
    host.vms().recover();
    assertThat(host.files()).contains("web01.img", "web01.luks-1.img");
    host.hypervisor.define(io.keymoor.hypervisor.DomainDefinition.parse(xml));
    // libvirt's return has begun an upkeep of its own, to which a recovery leaves the VM.
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() -> {
          host.vms().recover();
          assertThat(host.files()).containsExactly("web01-data.qcow2", "web01.img");
        });
  }

  @Test
  void progressCountsTheBytesOfAllDisks() {
    List<Long> done = new ArrayList<>();
    List<Long> totals = new ArrayList<>();
    CommandControl control =
        new CommandControl() {
          @Override
          public synchronized void progress(String phase, long units, long total, String unit) {
            if (phase.startsWith("encrypting")) {
              done.add(units);
              totals.add(total);
            }
          }

          @Override
          public boolean cancelled() {
            return false;
          }
        };
    host.vms().commands().execute(TestHost.encrypt(), control);
    assertThat(totals).containsOnly(2L * (2 + 4) * MIB);
    assertThat(done).isSorted().endsWith(2L * (2 + 4) * MIB);
  }

  @Test
  void theOldImageStaysWhileThePresentDefinitionCouldBeLostWithThePower() {
    host.hypervisor.notDurable(true);
    assertThat(host.succeed(TestHost.encrypt("disk:vda")).warnings())
        .anySatisfy(warning -> assertThat(warning).contains("durable", "again by itself"));
    assertThat(host.files()).contains("web01.img", "web01.luks-1.img");
    host.hypervisor.notDurable(false);
    host.restart(CrashTrigger.NONE);
    host.vms().recover();
    assertThat(host.files()).contains("web01.luks-1.img").doesNotContain("web01.img");
  }
}
