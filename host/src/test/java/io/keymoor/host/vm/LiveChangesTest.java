package io.keymoor.host.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.host.command.CommandControl;
import io.keymoor.host.operation.CrashTrigger;
import io.keymoor.hypervisor.BlockCopies;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.Rewrite;
import io.keymoor.protocol.Rewrite.Way;
import io.keymoor.provider.record.PartKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of a VM that runs: what can go wrong, and what is said of it. */
class LiveChangesTest {
  private static final List<String> IN_CLEAR = List.of("web01-data.qcow2", "web01.img");

  @TempDir private Path directory;
  private TestHost host;

  @BeforeEach
  void startAVm() {
    host = new TestHost(directory);
    host.defineVm();
    host.remember();
    host.succeed(TestHost.start());
  }

  @AfterEach
  void close() {
    host.close();
  }

  private void assertAsBefore() {
    assertThat(host.files()).isEqualTo(IN_CLEAR);
    assertThat(host.journalIsEmpty()).isTrue();
    assertThat(host.definition().keyRecord()).isEmpty();
    assertThat(host.hypervisor.secrets()).isEmpty();
    host.assertContentsAreAsBefore();
  }

  private static CommandControl control(boolean cancelled, Consumer<String> phases) {
    return new CommandControl() {
      @Override
      public void progress(String phase, long done, long total, String unit) {
        phases.accept(phase);
      }

      @Override
      public boolean cancelled() {
        return cancelled;
      }
    };
  }

  @Test
  void theWayIsChosenByWhetherTheVmRunsAndIsSaid() {
    assertThat(host.succeed(TestHost.encrypt()).summary()).contains("while it runs (live)");
    assertThat(host.domain().power()).isEqualTo(Domain.Power.RUNNING);
    host.succeed(TestHost.stop(true));
    assertThat(host.succeed(TestHost.rekeyDeeply(Way.CHOOSE)).summary())
        .contains("while it is off (by copy)");
    host.assertContentsAreAsBefore();
  }

  @Test
  void aWayThatDoesNotSuitTheVmIsRefused() {
    assertThat(host.fail(TestHost.encrypt(new Rewrite(Way.COPY, 0))).code())
        .isEqualTo("vm_running");
    host.succeed(TestHost.stop(true));
    assertThat(host.fail(TestHost.encrypt(new Rewrite(Way.LIVE, 0))).code()).isEqualTo("vm_off");
    assertAsBefore();
  }

  @Test
  void aVmIsNotEncryptedWhileItRunsWhereNoEncryptedOneMayRun() {
    host.memoryObjection("Its swap is in clear.");
    assertThat(host.fail(TestHost.encrypt()).code()).isEqualTo("host_not_safe");
    assertAsBefore();
  }

  @Test
  void theRateReachesQemu() {
    host.succeed(TestHost.encrypt(new Rewrite(Way.LIVE, 7_000_000)));
    assertThat(host.hypervisor.blockCopies().lastRate()).isEqualTo(7_000_000);
  }

  @Test
  void aCopyThatFailsLeavesTheVmRunningOnItsOldImage() {
    host.hypervisor.blockCopies().go(FakeBlockCopies.Course.FAILS);
    CommandOutcome.Failed failed = host.fail(TestHost.encrypt());
    assertThat(failed.code()).isEqualTo("live_copy_failed");
    assertThat(failed.sentence()).contains("bytes are free").contains("runs on with its old image");
    assertAsBefore();
    assertThat(host.domain().active()).isTrue();
  }

  @Test
  void aVmThatStopsMeanwhileIsAsItWas() {
    host.hypervisor.blockCopies().go(FakeBlockCopies.Course.VM_STOPS);
    assertThat(host.fail(TestHost.encrypt()).code()).isEqualTo("vm_stopped_meanwhile");
    assertAsBefore();
    host.succeed(TestHost.encrypt());
    host.assertContentsAreAsBefore();
  }

  @Test
  void aCancelEndsTheCopyAndRemovesWhatItMade() {
    host.hypervisor.blockCopies().go(FakeBlockCopies.Course.LASTS);
    CommandOutcome outcome =
        host.vms().commands().execute(TestHost.encrypt(), control(true, phase -> {}));
    assertThat(outcome).isInstanceOf(CommandOutcome.Cancelled.class);
    assertAsBefore();
  }

  /** Paused from the beginning, and let go by {@code meanwhile}. */
  private static final class PausedOnce implements CommandControl {
    private final Runnable meanwhile;
    private final List<Boolean> pausable = new ArrayList<>();
    private boolean paused = true;

    private PausedOnce(Runnable meanwhile) {
      this.meanwhile = meanwhile;
    }

    @Override
    public void progress(String phase, long done, long total, String unit) {}

    @Override
    public boolean cancelled() {
      return false;
    }

    @Override
    public boolean pauseWanted() {
      return paused;
    }

    @Override
    public void standStill(Runnable look) {
      if (paused) {
        meanwhile.run();
        look.run();
        paused = false;
      }
    }

    @Override
    public void pausable(boolean possible) {
      pausable.add(possible);
    }
  }

  @Test
  void aPausedCopyStandsStillAtQemuAndGoesOnAtItsOwnRate() {
    FakeBlockCopies copies = host.hypervisor.blockCopies();
    PausedOnce control =
        new PausedOnce(() -> assertThat(copies.lastRate()).isEqualTo(BlockCopies.NEXT_TO_NOTHING));
    HostCommand encrypt = TestHost.encrypt(new Rewrite(Way.LIVE, 7_000_000));
    assertThat(host.vms().commands().execute(encrypt, control))
        .isInstanceOf(CommandOutcome.Succeeded.class);
    assertThat(copies.lastRate()).isEqualTo(7_000_000);
    assertThat(control.pausable).as("of two disks").containsExactly(true, false, true, false);
    host.assertContentsAreAsBefore();
  }

  @Test
  void aPauseOutlastsAnAbsenceOfLibvirt() {
    PausedOnce control = new PausedOnce(() -> host.hypervisor.away(true));
    Runnable back = () -> host.hypervisor.away(false);
    CommandControl returning =
        new CommandControl() {
          @Override
          public void progress(String phase, long done, long total, String unit) {}

          @Override
          public boolean cancelled() {
            return false;
          }

          @Override
          public boolean pauseWanted() {
            return control.pauseWanted();
          }

          @Override
          public void standStill(Runnable look) {
            control.standStill(look);
            back.run();
          }
        };
    assertThat(host.vms().commands().execute(TestHost.encrypt(), returning))
        .isInstanceOf(CommandOutcome.Succeeded.class);
    host.assertContentsAreAsBefore();
  }

  @Test
  void aCopyThatFailsWhileItIsPausedIsRolledBackAtOnce() {
    PausedOnce control =
        new PausedOnce(() -> host.hypervisor.blockCopies().go(FakeBlockCopies.Course.FAILS));
    CommandOutcome outcome = host.vms().commands().execute(TestHost.encrypt(), control);
    assertThat(((CommandOutcome.Failed) outcome).code()).isEqualTo("live_copy_failed");
    assertAsBefore();
  }

  @Test
  void aSwitchThatQemuRefusesIsRolledBack() {
    host.hypervisor.blockCopies().go(FakeBlockCopies.Course.NOT_SWITCHED);
    assertThat(host.fail(TestHost.encrypt()).code()).isEqualTo("libvirt_refused");
    assertAsBefore();
  }

  @Test
  void whatIsDoneStaysDoneWhenTheNextDiskFailsAndTheSameCommandGoesOn() {
    HostCommand encrypt = TestHost.encrypt();
    CommandOutcome outcome =
        host.vms()
            .commands()
            .execute(
                encrypt,
                control(
                    false,
                    phase -> {
                      if (phase.contains("vdb")) {
                        host.hypervisor.blockCopies().go(FakeBlockCopies.Course.FAILS);
                      }
                    }));
    assertThat(((CommandOutcome.Failed) outcome).sentence())
        .contains("Done before that, and kept: disk:vda");
    assertThat(host.partsEncrypted()).containsExactly("home", "disk:vda");
    host.hypervisor.blockCopies().go(FakeBlockCopies.Course.WELL);
    host.succeed(encrypt);
    assertThat(host.partsEncrypted()).containsExactly("home", "disk:vda", "disk:vdb");
    host.assertContentsAreAsBefore();
  }

  @Test
  void whatQemuSwitchedAndLibvirtDidNotWriteDownIsPutRightWhileTheVmRuns() {
    loseLibvirtInTheSwitch();
    host.hypervisor.away(false);
    settle();
    assertThat(host.partsEncrypted()).contains("disk:vda");
    assertThat(host.files()).doesNotContain("web01.img");
    host.assertContentsAreAsBefore();
  }

  @Test
  void ofAVmThatStoppedInTheSwitchTheImageWrittenLastIsKept() throws IOException {
    loseLibvirtInTheSwitch();
    touch("web01.luks-1.img");
    stopAndMeetLibvirtAgain();
    assertThat(host.partsEncrypted()).contains("disk:vda");
    assertThat(host.files()).doesNotContain("web01.img");
    host.assertContentsAreAsBefore();
  }

  @Test
  void ofAVmThatRanOnWithItsOldImageThatOneIsKept() throws IOException {
    loseLibvirtInTheSwitch();
    touch("web01.img");
    stopAndMeetLibvirtAgain();
    assertAsBefore();
  }

  private void stopAndMeetLibvirtAgain() {
    DomainDefinition old = DomainDefinition.parse(host.hypervisor.xml(TestHost.VM));
    assertThat(host.vms().secretsForStart().forStart(old))
        .isInstanceOf(SecretsForStart.Answer.Refused.class);
    host.hypervisor.power(TestHost.VM, Domain.Power.OFF);
    host.restart(CrashTrigger.NONE);
    host.hypervisor.away(false);
    settle();
    assertThat(host.vms().secretsForStart().forStart(host.definition()))
        .isInstanceOf(SecretsForStart.Answer.Granted.class);
  }

  /** libvirt's return has begun an upkeep of its own, to which a recovery leaves the VM. */
  private void settle() {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> {
          host.vms().recover();
          return host.journalIsEmpty();
        });
  }

  private void loseLibvirtInTheSwitch() {
    host.hypervisor.blockCopies().go(FakeBlockCopies.Course.SWITCHED_UNSAVED);
    assertThat(host.fail(TestHost.encrypt()).code()).isEqualTo("operation_unsettled");
    assertThat(host.files()).contains("web01.img", "web01.luks-1.img");
  }

  private void touch(String file) throws IOException {
    Files.setLastModifiedTime(
        host.datastore.resolve(file), FileTime.from(Instant.now().plusSeconds(60)));
  }

  @Test
  void aVtpmInUseKeepsItsDataKeyUnderTheNewKeyAndThatIsSaid() {
    host.succeed(TestHost.stop(true));
    host.succeed(TestHost.encrypt());
    host.succeed(TestHost.addVtpm());
    host.pretendVtpmRan();
    host.succeed(TestHost.start());
    CommandOutcome.Succeeded live = host.succeed(TestHost.rekeyDeeply(Way.LIVE));
    assertThat(live.warnings()).anyMatch(warning -> warning.contains("kept its data key"));
    assertThat(host.vtpmState()).isEqualTo("encrypted by swtpm");
    assertThat(host.record().currentKeys())
        .extracting(key -> key.id().text())
        .containsExactly("key-2");
    assertThat(host.succeed(TestHost.rekeyDeeply(Way.LIVE)).summary())
        .contains("nothing was changed");
    host.succeed(TestHost.stop(true));
    host.succeed(TestHost.rekeyDeeply(Way.COPY));
    assertThat(host.vtpmState()).isEqualTo("encrypted by swtpm, rekeyed");
    host.assertContentsAreAsBefore();
    host.succeed(TestHost.start());
  }

  @Test
  void aDeepRekeyGivesEveryPartAnotherSecretAndDoesNotRepeatItself() {
    host.succeed(TestHost.encrypt());
    var before = host.record();
    host.succeed(TestHost.rekeyDeeply(Way.LIVE));
    for (String part : List.of(PartKeys.HOME, "disk:vda", "disk:vdb")) {
      assertThat(host.record().current(part).orElseThrow().secretId())
          .isNotEqualTo(before.current(part).orElseThrow().secretId());
      assertThat(host.record().current(part).orElseThrow().dekCheck())
          .isNotEqualTo(before.current(part).orElseThrow().dekCheck());
    }
    assertThat(host.succeed(TestHost.rekeyDeeply(Way.LIVE)).summary())
        .contains("nothing was changed");
  }
}
