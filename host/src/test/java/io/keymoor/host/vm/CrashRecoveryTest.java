package io.keymoor.host.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.keymoor.disk.ImageFile;
import io.keymoor.host.operation.CrashPoint;
import io.keymoor.host.operation.CrashTrigger;
import io.keymoor.host.operation.Operation;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.Rewrite;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The agent ends at every step of every operation, and again at every step of the recovery. What
 * must hold afterwards: the registered definition, its images and its key record belong together,
 * the guest's data is what it was, nothing is left over, and the operation can be done again.
 */
class CrashRecoveryTest {
  private static final String ROLL_BACKS = ".*_ROLLING_BACK";
  private static final String IN_PLACE = "IN_PLACE_.*";

  /** Need two hosts: MigrationTest in system-tests has them. */
  private static final String MOVES = "(MOVE|ARRIVAL)_.*";

  private static final String NOT_IN_PLACE = "(?!IN_PLACE_).*";
  private static final List<String> IN_CLEAR = List.of("web01-data.qcow2", "web01.img");
  private static final List<String> ENCRYPTED =
      List.of(
          "web01-data.luks-1.qcow2",
          "web01-data.luks-1.qcow2.keymoor",
          "web01.keymoor",
          "web01.keymoor/definition.sealed",
          "web01.keymoor/record.json",
          "web01.luks-1.img",
          "web01.luks-1.img.keymoor");
  private static final List<String> ONE_ENCRYPTED =
      List.of(
          "web01-data.qcow2",
          "web01.keymoor",
          "web01.keymoor/definition.sealed",
          "web01.keymoor/record.json",
          "web01.luks-1.img",
          "web01.luks-1.img.keymoor");
  private static final List<String> REKEYED =
      ENCRYPTED.stream().map(name -> name.replace("luks-1", "luks-2")).toList();
  private static final List<String> WITH_VTPM =
      List.of(
          "web01-data.qcow2",
          "web01.img",
          "web01.keymoor",
          "web01.keymoor/definition.sealed",
          "web01.keymoor/record.json",
          "web01.keymoor/vtpm");

  @TempDir private Path directory;

  /** Ends the agent; no handler of the product catches it. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed(CrashPoint point) {
      super(point.name());
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.MATCH_NONE,
      names = {ROLL_BACKS, IN_PLACE, MOVES})
  void nothingIsLostWhenTheAgentEndsAt(CrashPoint point) throws IOException {
    try (TestHost host = prepared(directory, point)) {
      String before = host.hypervisor.xml(TestHost.VM);
      kill(host, point);
      host.restart(CrashTrigger.NONE);
      host.vms().recover();
      assertWhole(host, point, before);
      host.succeed(command(point));
      assertDone(host, point);
      host.assertContentsAreAsBefore();
      assertStarts(host);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.MATCH_ALL,
      names = {ROLL_BACKS, NOT_IN_PLACE})
  void nothingIsLostWhenTheAgentEndsInARollBackToo(CrashPoint again) throws IOException {
    CrashPoint last = lastBeforeTheCommit(again);
    try (TestHost host = prepared(directory, last)) {
      String before = host.hypervisor.xml(TestHost.VM);
      kill(host, last);
      host.restart(killingAt(again));
      assertThatExceptionOfType(Killed.class).isThrownBy(() -> host.vms().recover());
      host.restart(CrashTrigger.NONE);
      host.vms().recover();
      assertWhole(host, last, before);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.MATCH_ALL,
      names = {".*_COMMITTED", NOT_IN_PLACE})
  void nothingIsLostWhenTheAgentEndsInItsRecoveryToo(CrashPoint point) throws IOException {
    for (CrashPoint again : ofTheKindOf(point)) {
      Path place = Files.createDirectory(directory.resolve(again.name()));
      try (TestHost host = prepared(place, point)) {
        String before = host.hypervisor.xml(TestHost.VM);
        kill(host, point);
        host.restart(killingAt(again));
        assertThatExceptionOfType(Killed.class)
            .isThrownBy(() -> host.vms().recover())
            .withMessage(again.name());
        host.restart(CrashTrigger.NONE);
        host.vms().recover();
        assertWhole(host, point, before);
      }
    }
  }

  @Test
  void theOldImageStaysUntilTheKeyThatOpensTheNewOneCanBeHad() throws IOException {
    try (TestHost host = prepared(directory, CrashPoint.ENCRYPT_COMMITTED)) {
      kill(host, CrashPoint.ENCRYPT_COMMITTED);
      host.keys.replace(List.of());
      host.restart(CrashTrigger.NONE);
      host.vms().recover();
      assertThat(host.files()).contains("web01.img", "web01-data.qcow2", "web01.luks-1.img");
      assertThat(host.journalIsEmpty()).isFalse();
      host.keys.replace(TestHost.providers());
      Awaitility.await().atMost(Duration.ofMinutes(1)).until(host::journalIsEmpty);
      assertDone(host, CrashPoint.ENCRYPT_COMMITTED);
      host.assertContentsAreAsBefore();
    }
  }

  @Test
  void anOperationKnownToBeCommittedIsNeverRolledBack() throws IOException {
    try (TestHost host = prepared(directory, CrashPoint.ENCRYPT_RECORD_COPIED)) {
      DomainDefinition before = host.definition();
      kill(host, CrashPoint.ENCRYPT_RECORD_COPIED);
      host.hypervisor.define(before);
      host.restart(CrashTrigger.NONE);
      host.vms().recover();
      assertThat(host.files()).contains("web01.img", "web01.luks-1.img");
      assertThat(host.fail(TestHost.encrypt()).code()).isEqualTo("operation_unfinished");
    }
  }

  @Test
  void aNewImageThatAVmRunsOnIsNotRemoved() throws IOException {
    try (TestHost host = prepared(directory, CrashPoint.ENCRYPT_HOME_MADE)) {
      kill(host, CrashPoint.ENCRYPT_HOME_MADE);
      host.restart(CrashTrigger.NONE);
      Path image = host.datastore.resolve("web01.luks-1.img");
      try (ImageFile running = ImageFile.openToRead(image)) {
        assertThat(running.path()).isEqualTo(image);
        host.vms().recover();
        assertThat(image).exists();
        assertThat(host.journalIsEmpty()).isFalse();
      }
      host.vms().recover();
      assertThat(host.files()).isEqualTo(IN_CLEAR);
    }
  }

  private static TestHost prepared(Path place, CrashPoint point) throws IOException {
    TestHost host = new TestHost(place);
    host.defineVm();
    host.remember();
    switch (kind(point)) {
      case ENCRYPT, ADD_VTPM -> {}
      case DECRYPT, REKEY, LIVE_REKEY -> host.succeed(TestHost.encrypt());
      case LIVE_ENCRYPT -> {}
      case LIVE_DECRYPT -> host.succeed(TestHost.encrypt("home", "disk:vda"));
      case DEEP_REKEY -> {
        host.succeed(TestHost.encrypt());
        host.succeed(TestHost.addVtpm());
        host.pretendVtpmRan();
      }
      case IN_PLACE_ENCRYPT, IN_PLACE_DECRYPT, IN_PLACE_REKEY -> throw inPlace(point);
      case REMOVE_VTPM -> {
        host.succeed(TestHost.addVtpm());
        host.pretendVtpmRan();
      }
    }
    if (kind(point).live()) {
      host.succeed(TestHost.start());
    }
    return host;
  }

  private static IllegalArgumentException inPlace(CrashPoint point) {
    return new IllegalArgumentException(point + " belongs to InPlaceChangesTest");
  }

  private static HostCommand command(CrashPoint point) {
    return switch (kind(point)) {
      case ENCRYPT, LIVE_ENCRYPT -> TestHost.encrypt();
      case DECRYPT, LIVE_DECRYPT -> TestHost.decrypt();
      case DEEP_REKEY, LIVE_REKEY -> TestHost.rekeyDeeply(Rewrite.Way.CHOOSE);
      case REKEY -> TestHost.rekey(TestHost.SECOND, "key-2");
      case ADD_VTPM -> TestHost.addVtpm();
      case IN_PLACE_ENCRYPT, IN_PLACE_DECRYPT, IN_PLACE_REKEY -> throw inPlace(point);
      case REMOVE_VTPM -> TestHost.removeVtpm();
    };
  }

  /** Fails when the point is not reached: each of them has to be. */
  private static void kill(TestHost host, CrashPoint point) throws IOException {
    host.restart(killingAt(point));
    assertThatExceptionOfType(Killed.class)
        .isThrownBy(() -> host.execute(command(point)))
        .withMessage(point.name());
    assertThat(host.journalIsEmpty()).isFalse();
    switch (point) {
      case ENCRYPT_COPYING, DECRYPT_COPYING, DEEP_REKEY_COPYING -> halve(host);
      default -> {}
    }
  }

  /** Small disks are copied at once; killed in the middle of a large one, half of it is there. */
  private static void halve(TestHost host) throws IOException {
    for (String name : host.files()) {
      boolean registered =
          ImageUse.needs(host.definition(), host.datastore.resolve(name))
              || name.contains("keymoor");
      if (!registered) {
        try (RandomAccessFile file =
            new RandomAccessFile(host.datastore.resolve(name).toFile(), "rw")) {
          file.setLength(file.length() / 2);
        }
      }
    }
  }

  private static CrashTrigger killingAt(CrashPoint fatal) {
    return point -> {
      if (point == fatal) {
        throw new Killed(point);
      }
    };
  }

  private static void assertWhole(TestHost host, CrashPoint point, String before)
      throws IOException {
    host.assertContentsAreAsBefore();
    assertThat(host.journalIsEmpty()).isTrue();
    assertThat(host.lockedReason()).isEmpty();
    assertThat(host.hypervisor.secrets()).isEmpty();
    if (!isCommitted(point)) {
      assertThat(host.hypervisor.xml(TestHost.VM)).isEqualTo(before);
      assertUndone(host, point);
    } else if (!kind(point).live()) {
      assertDone(host, point);
    }
    if (kind(point).live()) {
      assertThat(host.hypervisor.liveDefinition(TestHost.VM).orElseThrow().disks())
          .isEqualTo(host.definition().disks());
    } else {
      assertStarts(host);
    }
  }

  /** Cold, with the keys that the record gives. */
  private static void assertStarts(TestHost host) {
    host.succeed(TestHost.stop(true));
    host.succeed(TestHost.start());
    host.succeed(TestHost.stop(true));
  }

  private static void assertUndone(TestHost host, CrashPoint point) throws IOException {
    switch (kind(point)) {
      case ENCRYPT, ADD_VTPM -> assertThat(host.files()).isEqualTo(IN_CLEAR);
      case DECRYPT -> assertThat(host.files()).isEqualTo(ENCRYPTED);
      case REKEY -> {
        assertThat(host.files()).isEqualTo(ENCRYPTED);
        assertEveryCopyIsTheMetadatas(host);
      }
      case DEEP_REKEY -> {
        assertThat(host.filesButTheVtpms()).isEqualTo(ENCRYPTED);
        assertThat(host.vtpmState()).isEqualTo("encrypted by swtpm");
        assertEveryCopyIsTheMetadatas(host);
      }
      case LIVE_ENCRYPT, LIVE_DECRYPT, LIVE_REKEY -> assertUndoneLive(host, point);
      case IN_PLACE_ENCRYPT, IN_PLACE_DECRYPT, IN_PLACE_REKEY -> throw inPlace(point);
      case REMOVE_VTPM -> assertThat(host.files()).contains("web01.keymoor/vtpm/tpm2");
    }
  }

  private static void assertUndoneLive(TestHost host, CrashPoint point) throws IOException {
    List<String> before =
        switch (kind(point)) {
          case LIVE_ENCRYPT -> IN_CLEAR;
          case LIVE_DECRYPT -> ONE_ENCRYPTED;
          default -> ENCRYPTED;
        };
    assertThat(host.files()).isEqualTo(before);
    if (kind(point) != Operation.Kind.LIVE_ENCRYPT) {
      assertEveryCopyIsTheMetadatas(host);
    }
  }

  private static void assertDone(TestHost host, CrashPoint point) throws IOException {
    switch (kind(point)) {
      case ENCRYPT, LIVE_ENCRYPT -> {
        assertThat(host.files()).isEqualTo(ENCRYPTED);
        assertThat(host.partsEncrypted()).containsExactly("home", "disk:vda", "disk:vdb");
        assertEveryCopyIsTheMetadatas(host);
      }
      case DEEP_REKEY, LIVE_REKEY -> {
        assertThat(host.filesButTheVtpms()).isEqualTo(REKEYED);
        assertThat(host.record().currentKeys())
            .extracting(key -> key.id().text())
            .containsExactly("key-2");
        assertEveryCopyIsTheMetadatas(host);
        if (kind(point) == Operation.Kind.DEEP_REKEY) {
          assertThat(host.vtpmState()).isEqualTo("encrypted by swtpm, rekeyed");
        }
      }
      case DECRYPT, LIVE_DECRYPT, REMOVE_VTPM -> {
        assertThat(host.files()).isEqualTo(IN_CLEAR);
        assertThat(host.definition().keyRecord()).isEmpty();
        assertThat(host.partsEncrypted()).isEmpty();
      }
      case IN_PLACE_ENCRYPT, IN_PLACE_DECRYPT, IN_PLACE_REKEY -> throw inPlace(point);
      case REKEY -> {
        assertThat(host.files()).isEqualTo(ENCRYPTED);
        assertThat(host.record().currentKeys())
            .extracting(key -> key.id().text())
            .containsExactly("key-2");
        assertEveryCopyIsTheMetadatas(host);
      }
      case ADD_VTPM -> {
        assertThat(host.files()).isEqualTo(WITH_VTPM);
        assertThat(host.swtpm.resolve(TestHost.VM.toString())).isSymbolicLink();
      }
    }
  }

  private static void assertEveryCopyIsTheMetadatas(TestHost host) throws IOException {
    String record = host.definition().keyRecord().orElseThrow();
    for (String name : host.files()) {
      boolean isCopy = name.endsWith(".json") || name.matches(".*\\.(img|qcow2)\\.keymoor");
      if (isCopy) {
        assertThat(host.datastore.resolve(name)).hasContent(record);
      }
    }
  }

  private static Operation.Kind kind(CrashPoint point) {
    return point.kind().orElseThrow();
  }

  /** Steps of the same operation that recovery takes. */
  private static List<CrashPoint> ofTheKindOf(CrashPoint committed) {
    return Arrays.stream(CrashPoint.values())
        .filter(p -> p.kind().equals(committed.kind()) && p.compareTo(committed) > 0)
        .filter(p -> !p.name().matches(ROLL_BACKS))
        .toList();
  }

  private static CrashPoint lastBeforeTheCommit(CrashPoint point) {
    return Arrays.stream(CrashPoint.values())
        .filter(p -> p.kind().equals(point.kind()) && !isCommitted(p))
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static boolean isCommitted(CrashPoint point) {
    return point.compareTo(CrashPoint.valueOf(kind(point).name() + "_COMMITTED")) >= 0;
  }
}
