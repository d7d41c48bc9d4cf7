package io.keymoor.host.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.keymoor.disk.ImageFile;
import io.keymoor.host.command.CommandControl;
import io.keymoor.host.operation.CrashPoint;
import io.keymoor.host.operation.CrashTrigger;
import io.keymoor.host.operation.Operation.Kind;
import io.keymoor.hypervisor.Domain;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.Rewrite;
import io.keymoor.protocol.Rewrite.Way;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.PartKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Disks that are changed in their own images: refusals, cancels, and the agent's end anywhere. */
class InPlaceChangesTest {
  private static final int MIB = 1024 * 1024;
  private static final Rewrite IN_PLACE = new Rewrite(Way.IN_PLACE, 1_000_000_000);
  private static final List<String> IN_CLEAR = List.of("data.qcow2", "web01.img");
  private static final List<String> ENCRYPTED =
      List.of(
          "data.qcow2",
          "data.qcow2.keymoor",
          "web01.img",
          "web01.img.keymoor",
          "web01.keymoor",
          "web01.keymoor/definition.sealed",
          "web01.keymoor/record.json");

  @TempDir private Path directory;
  private TestHost host;

  /** Ends the agent; no handler of the product catches it. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed(CrashPoint point) {
      super(point.name());
    }
  }

  @BeforeEach
  void defineAVmWithARawDiskAndAQcow2Disk() {
    host = new TestHost(directory);
    Path system = host.fullRaw("web01.img", 5 * MIB, 1);
    Path data = host.qcow2("data.qcow2", 2);
    host.define(
        TestHost.VM,
        "web01",
        TestHost.disk("vda", system, "raw", "") + TestHost.disk("vdb", data, "qcow2", ""));
    host.remember();
  }

  @AfterEach
  void close() {
    host.close();
  }

  private static HostCommand command(Kind kind) {
    return switch (kind) {
      case IN_PLACE_ENCRYPT -> TestHost.encrypt(IN_PLACE);
      case IN_PLACE_DECRYPT -> TestHost.decrypt(IN_PLACE);
      case IN_PLACE_REKEY -> TestHost.rekeyDeeply(Way.IN_PLACE);
      default -> throw new IllegalArgumentException(kind.name());
    };
  }

  private static Kind kind(CrashPoint point) {
    return List.of(Kind.IN_PLACE_ENCRYPT, Kind.IN_PLACE_DECRYPT, Kind.IN_PLACE_REKEY).stream()
        .filter(kind -> point.name().startsWith(kind.name() + "_"))
        .findFirst()
        .orElseThrow();
  }

  private void prepareFor(Kind kind) {
    if (kind != Kind.IN_PLACE_ENCRYPT) {
      host.succeed(TestHost.encrypt(IN_PLACE));
    }
  }

  private void assertDone(Kind kind) {
    if (kind == Kind.IN_PLACE_DECRYPT) {
      assertInClear();
      return;
    }
    assertThat(host.files()).isEqualTo(ENCRYPTED);
    assertThat(host.partsEncrypted()).containsExactly("home", "disk:vda", "disk:vdb");
    assertThat(host.record().hasPending()).isFalse();
    assertThat(host.record().currentKeys())
        .extracting(key -> key.id().text())
        .containsExactly(kind == Kind.IN_PLACE_REKEY ? "key-2" : "key-1");
    String record = host.definition().keyRecord().orElseThrow();
    assertThat(host.datastore.resolve("web01.img.keymoor")).hasContent(record);
    assertThat(host.datastore.resolve("web01.keymoor/record.json")).hasContent(record);
    assertThat(host.journalIsEmpty()).isTrue();
    host.assertContentsAreAsBefore();
  }

  private void assertInClear() {
    assertThat(host.files()).isEqualTo(IN_CLEAR);
    assertThat(host.definition().keyRecord()).isEmpty();
    assertThat(host.partsEncrypted()).isEmpty();
    assertThat(host.journalIsEmpty()).isTrue();
    host.assertContentsAreAsBefore();
  }

  private void assertStarts() {
    host.succeed(TestHost.start());
    host.succeed(TestHost.stop(true));
  }

  @Test
  void aVmIsEncryptedRekeyedAndDecryptedInItsOwnImages() {
    assertThat(host.succeed(TestHost.encrypt(IN_PLACE)).summary())
        .contains("encrypted home, disk:vda, disk:vdb while it is off (in place)");
    assertDone(Kind.IN_PLACE_ENCRYPT);
    assertStarts();
    KeyEntry before = host.record().current(PartKeys.disk("vda")).orElseThrow();
    assertThat(host.succeed(TestHost.rekeyDeeply(Way.IN_PLACE)).summary())
        .contains("deeply while it is off (in place)");
    assertDone(Kind.IN_PLACE_REKEY);
    KeyEntry after = host.record().current(PartKeys.disk("vda")).orElseThrow();
    assertThat(after.secretId()).isNotEqualTo(before.secretId());
    assertThat(after.dekCheck()).isNotEqualTo(before.dekCheck());
    assertStarts();
    assertThat(host.succeed(TestHost.rekeyDeeply(Way.IN_PLACE)).summary())
        .contains("nothing was changed");
    host.succeed(TestHost.decrypt(IN_PLACE));
    assertInClear();
    assertStarts();
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.MATCH_ALL,
      names = {"IN_PLACE_.*", ".*(?<!ROLLING_BACK)"})
  void nothingIsLostWhenTheAgentEndsAt(CrashPoint point) {
    prepareFor(kind(point));
    kill(point);
    host.restart(CrashTrigger.NONE);
    host.vms().recover();
    boolean waits = !host.journalIsEmpty();
    if (waits) {
      CommandOutcome.Failed refused = host.fail(TestHost.start());
      assertThat(refused.code()).isEqualTo("disk_in_transition");
      assertThat(refused.sentence()).contains("in place", "No data is lost");
    } else {
      host.assertContentsAreAsBefore();
    }
    host.succeed(command(kind(point)));
    assertDone(kind(point));
    assertStarts();
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "IN_PLACE_ENCRYPT_ROLLING_BACK",
        "IN_PLACE_DECRYPT_ROLLING_BACK",
        "IN_PLACE_REKEY_ROLLING_BACK"
      })
  void aCancelMovesEverythingBackAlsoWhenTheAgentEndsMeanwhile(CrashPoint end) {
    prepareFor(kind(end));
    host.restart(killingAt(end));
    assertThatExceptionOfType(Killed.class).isThrownBy(() -> executeCancelled(kind(end)));
    host.restart(CrashTrigger.NONE);
    host.vms().recover();
    assertThat(executeCancelled(kind(end))).isInstanceOf(CommandOutcome.Cancelled.class);
    assertThat(host.journalIsEmpty()).isTrue();
    host.assertContentsAreAsBefore();
    assertThat(host.partsEncrypted().contains("disk:vda")).isNotEqualTo(kind(end).oldInClear());
    assertStarts();
    host.succeed(command(kind(end)));
    assertDone(kind(end));
  }

  /** Cancelled when some of the first disk has been moved. */
  private CommandOutcome executeCancelled(Kind kind) {
    AtomicBoolean cancelled = new AtomicBoolean();
    return host.vms()
        .commands()
        .execute(
            command(kind),
            new CommandControl() {
              @Override
              public void progress(String phase, long done, long total, String unit) {
                cancelled.compareAndSet(false, done > 0 && phase.endsWith("in place"));
              }

              @Override
              public boolean cancelled() {
                return cancelled.get();
              }
            });
  }

  @Test
  void aPauseHasItWaitHalfWayAndUpkeepLeavesItThere() {
    AtomicInteger stood = new AtomicInteger();
    CommandControl control =
        new CommandControl() {
          @Override
          public void progress(String phase, long done, long total, String unit) {}

          @Override
          public boolean cancelled() {
            return false;
          }

          @Override
          public void standStill(Runnable look) {
            stood.incrementAndGet();
          }
        };
    kill(CrashPoint.IN_PLACE_ENCRYPT_CONVERTING);
    host.restart(CrashTrigger.NONE);
    AtomicInteger asked = new AtomicInteger();
    host.vms()
        .leaveAlone(vm -> {
          asked.incrementAndGet();
          return true;
        });
    host.vms().moveOn();
    Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> asked.get() > 0);
    assertThat(host.fail(TestHost.start()).code()).isEqualTo("disk_in_transition");
    assertThat(host.vms().commands().execute(TestHost.encrypt(IN_PLACE), control))
        .isInstanceOf(CommandOutcome.Succeeded.class);
    assertThat(stood).hasPositiveValue();
    assertDone(Kind.IN_PLACE_ENCRYPT);
  }

  @Test
  void whatHasBegunIsFinishedBeforeAnythingElseIsDoneToTheVm() {
    kill(CrashPoint.IN_PLACE_ENCRYPT_CONVERTING);
    host.restart(CrashTrigger.NONE);
    host.succeed(TestHost.rekey(TestHost.SECOND, "key-2"));
    assertThat(host.partsEncrypted()).contains("home", "disk:vda");
    assertThat(host.journalIsEmpty()).isTrue();
    host.assertContentsAreAsBefore();
  }

  @Test
  void aDiskWhoseKeysAreAwayWaitsForThem() {
    prepareFor(Kind.IN_PLACE_REKEY);
    kill(CrashPoint.IN_PLACE_REKEY_CONVERTING);
    host.keys.replace(List.of());
    host.restart(CrashTrigger.NONE);
    host.vms().recover();
    assertThat(host.fail(TestHost.start()).code()).isEqualTo("disk_in_transition");
    assertThat(host.journalIsEmpty()).isFalse();
    host.keys.replace(TestHost.providers());
    host.succeed(TestHost.rekeyDeeply(Way.IN_PLACE));
    assertDone(Kind.IN_PLACE_REKEY);
  }

  @Test
  void aVmThatRunsIsRefused() {
    host.succeed(TestHost.start());
    CommandOutcome.Failed failed = host.fail(TestHost.encrypt(IN_PLACE));
    assertThat(failed.code()).isEqualTo("vm_running");
    assertThat(failed.sentence()).contains("Leave out --in-place");
    assertThat(host.domain().power()).isEqualTo(Domain.Power.RUNNING);
    assertInClear();
  }

  @Test
  void aDiskInUseBySomebodyElseIsRefusedBeforeAnythingIsTouched() {
    try (ImageFile user = ImageFile.openToChange(host.datastore.resolve("data.qcow2"))) {
      assertThat(user.canGrow()).isTrue();
      assertThat(host.fail(TestHost.encrypt(IN_PLACE)).code()).isEqualTo("disk_in_use");
    }
    assertInClear();
  }

  /** Fails when the point is not reached: each of them has to be. */
  private void kill(CrashPoint point) {
    host.restart(killingAt(point));
    assertThatExceptionOfType(Killed.class)
        .isThrownBy(() -> host.execute(command(kind(point))))
        .withMessage(point.name());
    assertThat(host.journalIsEmpty()).isFalse();
  }

  private static CrashTrigger killingAt(CrashPoint fatal) {
    return point -> {
      if (point == fatal) {
        throw new Killed(point);
      }
    };
  }
}
