package io.keymoor.systemtests.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keymoor.quickstart.scene.Scene;
import io.keymoor.systemtests.kms.ForeignKms;
import io.keymoor.systemtests.testing.CommandLineUser.Answer;
import io.keymoor.systemtests.testing.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every fault of a KMS against everything that a user does meanwhile. What needs a host that was
 * restarted comes last, because several faults share a restart.
 */
@EnabledIfSystemProperty(
    named = "keymoor.kms.faults",
    matches = "true",
    disabledReason = "takes minutes: ./check --faults")
class KmsFaultMatrixTest {
  private static Bench bench;

  @BeforeAll
  static void raise() {
    Lab.requireTools();
    bench = Bench.raised();
  }

  @AfterAll
  static void tearDown() {
    if (bench != null) {
      bench.close();
    }
  }

  static Stream<Cell> cells() {
    return Stream.concat(
        Arrays.stream(Fault.values())
            .flatMap(fault ->
                Arrays.stream(Action.values())
                    .filter(action -> action != Action.START_AFTER_RESTART)
                    .map(action -> new Cell(fault, action))),
        ColdHost.ORDER.stream().map(fault -> new Cell(fault, Action.START_AFTER_RESTART)));
  }

  @Test
  void noCellIsLeftOut() {
    assertThat(cells())
        .doesNotHaveDuplicates()
        .hasSize(Fault.values().length * Action.values().length);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void whatIsPromisedComesTrue(Cell cell) {
    Expected expected = FaultTable.expected(cell.fault(), cell.action());
    bench.suffer(cell);
    Bench.State before = bench.state();
    Answer answer = bench.perform(cell);
    boolean done = answer.exitCode() == 0;
    try {
      assertThat(answer.exitCode())
          .as(answer.toString())
          .isEqualTo(expected.outcome().done() ? 0 : 1);
      assertReads(expected, answer.output() + answer.errors());
      assertNothingElseChanged(expected.outcome(), before);
    } finally {
      if (done) {
        bench.undo(cell);
      } else if (expected.outcome() == Expected.Outcome.LOST) {
        bench.coldHost().giveUp(cell.fault());
      }
    }
  }

  /** Debian's PyKMIP: another KMS's idea of KMIP, batches and attributes. */
  @Test
  void aForeignKmsDoesAsWell() {
    ForeignKms.unavailableReason().ifPresent(reason -> assumeTrue(false, reason));
    bench.repair();
    Path places = bench.lab().scene().places().base();
    try (ForeignKms foreign = ForeignKms.started(places.resolve("foreign"))) {
      Path request = places.resolve("request.pem");
      bench.succeed(
          "provider",
          "create",
          "standard",
          "foreign",
          "--kms",
          foreign.name(),
          "--ca",
          foreign.authorityFile().toString());
      bench.succeed("provider", "identity", "request", "foreign", "--file", request.toString());
      Path certificate = foreign.sign("keymoor", text(request));
      bench.succeed(
          "provider", "identity", "signed", "foreign", "--certificate", certificate.toString());
      bench.succeed("provider", "check", "foreign");
      bench.vms().make("epsilon", 1);
      bench.succeed("vm", "encrypt", "epsilon", "--provider", "foreign");
      bench.succeed("vm", "rekey", "epsilon");
      bench.lab().scene().restartHost();
      bench.succeed("vm", "start", "epsilon");
      bench.succeed("vm", "rekey", "epsilon", "--provider", Bench.PROVIDER);
      bench.succeed("vm", "rekey", "epsilon", "--provider", "foreign");
      bench.vms().powerOff("epsilon");
      bench.succeed("vm", "rekey", "epsilon", "--provider", Scene.PROVIDER);
      // Whoever rekeys all VMs next does not mean this one.
      bench.vms().remove("epsilon");
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

  private static void assertNothingElseChanged(Expected.Outcome outcome, Bench.State before) {
    switch (outcome) {
      case WORKS, WARNS -> {}
      case ORPHANS -> assertThat(bench.keysWithoutRecord()).isZero();
      case FAILS, REFUSED, LOCKED, LOST -> assertThat(bench.state()).isEqualTo(before);
      case UNKNOWN -> {
        Bench.State after = bench.state();
        assertThat(after.files()).isEqualTo(before.files());
        assertThat(after.definitions()).isEqualTo(before.definitions());
        assertThat(bench.keysMadeSince(before)).hasSize(1);
        assertThat(bench.keysWithoutRecord()).isZero();
      }
    }
  }
}
