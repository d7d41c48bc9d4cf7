package io.keymoor.systemtests.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keymoor.kms.lab.ForeignKms;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.systemtests.testing.CommandLineUser.Answer;
import io.keymoor.systemtests.testing.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every fault of a KMS against everything that a user does meanwhile. What needs a host that was
 * restarted comes last, because all faults share one restart.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KmsFaultMatrixTest {
  private static final String FOREIGN = "foreign";
  private static final String EPSILON = "epsilon";

  private static Bench bench;
  private static Optional<ForeignKms> foreign = Optional.empty();

  @BeforeAll
  static void raise() {
    Lab.requireTools();
    bench = Bench.raised();
  }

  @AfterAll
  static void tearDown() {
    foreign.ifPresent(ForeignKms::close);
    if (bench != null) {
      bench.close();
    }
  }

  static Stream<Cell> whileTheHostRuns() {
    return Arrays.stream(Fault.values())
        .flatMap(fault ->
            Arrays.stream(Action.values())
                .filter(action -> action != Action.START_AFTER_RESTART)
                .map(action -> new Cell(fault, action)));
  }

  static Stream<Cell> afterItsRestart() {
    return ColdHost.ORDER.stream().map(fault -> new Cell(fault, Action.START_AFTER_RESTART));
  }

  @Test
  @Order(1)
  void noCellIsLeftOut() {
    assertThat(Stream.concat(whileTheHostRuns(), afterItsRestart()))
        .doesNotHaveDuplicates()
        .hasSize(Fault.values().length * Action.values().length);
  }

  @Order(2)
  @ParameterizedTest(name = "{0}")
  @MethodSource("whileTheHostRuns")
  void whatIsPromisedComesTrue(Cell cell) {
    tryOut(cell);
  }

  /** Debian's PyKMIP: another KMS's idea of KMIP, batches and attributes. */
  @Test
  @Order(3)
  void aForeignKmsDoesAsWell() {
    bench.repair();
    ForeignKms kms = requireForeignKms();
    Path request = bench.lab().scene().places().base().resolve("request.pem");
    bench.succeed(
        "provider",
        "create",
        "standard",
        FOREIGN,
        "--kms",
        kms.name(),
        "--ca",
        kms.authorityFile().toString());
    bench.succeed("provider", "identity", "request", FOREIGN, "--file", request.toString());
    Path certificate = kms.sign("keymoor", text(request));
    bench.succeed(
        "provider", "identity", "signed", FOREIGN, "--certificate", certificate.toString());
    bench.succeed("provider", "check", FOREIGN);
    bench.vms().make(EPSILON, 1);
    bench.succeed("vm", "encrypt", EPSILON, "--provider", FOREIGN);
    bench.succeed("vm", "rekey", EPSILON);
  }

  @Order(4)
  @ParameterizedTest(name = "{0}")
  @MethodSource("afterItsRestart")
  void whatIsPromisedOfARestartComesTrue(Cell cell) {
    tryOut(cell);
  }

  @Test
  @Order(5)
  void aVmUnlocksByItselfWhenItsLostKeyIsFound() {
    bench.findLostKeys();
    bench.lab().scene().expect().unlocked(ColdHost.vm(Fault.KEY_MISSING));
  }

  @Test
  @Order(6)
  void aForeignKmsDoesAsWellAfterARestart() {
    requireForeignKms();
    bench.succeed("vm", "start", EPSILON);
    bench.succeed("vm", "rekey", EPSILON, "--provider", Bench.PROVIDER);
    bench.succeed("vm", "rekey", EPSILON, "--provider", FOREIGN);
    bench.vms().powerOff(EPSILON);
    bench.succeed("vm", "rekey", EPSILON, "--provider", Scene.PROVIDER);
  }

  private static ForeignKms requireForeignKms() {
    ForeignKms.unavailableReason().ifPresent(reason -> assumeTrue(false, reason));
    if (foreign.isEmpty()) {
      Path directory = bench.lab().scene().places().base().resolve("foreign");
      foreign = Optional.of(ForeignKms.started(directory));
    }
    return foreign.get();
  }

  private static void tryOut(Cell cell) {
    Expected expected = FaultTable.expected(cell.fault(), cell.action());
    bench.suffer(cell);
    Optional<Bench.State> before =
        expected.outcome().done() ? Optional.empty() : Optional.of(bench.before(cell));
    Answer answer = bench.perform(cell);
    try {
      assertThat(answer.exitCode())
          .as(answer.toString())
          .isEqualTo(expected.outcome().done() ? 0 : 1);
      assertReads(expected, answer.output() + answer.errors());
      assertNothingElseChanged(expected.outcome(), before);
    } finally {
      if (answer.exitCode() == 0) {
        bench.undo(cell);
      }
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static void assertReads(Expected expected, String said) {
    assertThat(said).doesNotContain("Exception");
    if (!expected.words().isEmpty()) {
      assertThat(said).containsSubsequence(expected.words());
    }
  }

  private static void assertNothingElseChanged(
      Expected.Outcome outcome, Optional<Bench.State> before) {
    switch (outcome) {
      case WORKS, WARNS -> {}
      case ORPHANS -> assertThat(bench.keysWithoutRecord()).isZero();
      case FAILS, REFUSED, LOCKED, LOST -> assertThat(before).contains(bench.state());
      case UNKNOWN -> {
        Bench.State after = bench.state();
        assertThat(before.map(Bench.State::files)).contains(after.files());
        assertThat(before.map(Bench.State::definitions)).contains(after.definitions());
        assertThat(before.map(bench::keysMadeSince).orElseThrow()).hasSize(1);
        assertThat(bench.keysWithoutRecord()).isZero();
      }
    }
  }
}
