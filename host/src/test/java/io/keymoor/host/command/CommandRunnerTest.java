package io.keymoor.host.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.CommandProgress;
import io.keymoor.protocol.HostCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandRunnerTest {
  private static final UUID WEB = UUID.fromString("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");
  private static final UUID DB = UUID.fromString("0b8f1a52-7c1d-4e7e-8a34-5d9e6f7a8b9c");
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path directory;

  private static HostCommand start(String id, UUID vm) {
    return new HostCommand.StartVm(id, vm);
  }

  private static CommandOutcome done(HostCommand command) {
    return new CommandOutcome.Succeeded(command.id(), "Done.", List.of(), Optional.empty());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitOutcomes(CommandRunner runner, int count) {
    Awaitility.await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(runner.outcomes()).hasSize(count));
  }

  @Test
  void aCommandDeliveredTwiceRunsOnce() {
    AtomicInteger runs = new AtomicInteger();
    try (CommandRunner runner = runner(command -> runs.incrementAndGet())) {
      runner.start();
      runner.submit(start("c1", WEB));
      runner.submit(start("c1", WEB));
      awaitOutcomes(runner, 1);
      runner.submit(start("c1", WEB));
      runner.submit(start("c2", WEB));
      awaitOutcomes(runner, 2);
      assertThat(runs).hasValue(2);
      assertThat(runner.known()).containsExactly("c1", "c2");
    }
  }

  @Test
  void commandsOfOneVmRunOneAfterTheOtherInTheirOrder() {
    List<String> order = new CopyOnWriteArrayList<>();
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (CommandRunner runner =
        runner(command -> {
          most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
          order.add(command.id());
          atOnce.decrementAndGet();
        })) {
      List<String> ids = IntStream.range(0, 40).mapToObj(i -> "c" + i).toList();
      ids.forEach(id -> runner.submit(start(id, WEB)));
      runner.start();
      awaitOutcomes(runner, 40);
      assertThat(order).isEqualTo(ids);
      assertThat(most).hasValue(1);
    }
  }

  @Test
  void commandsOfDifferentVmsRunAtTheSameTimeUpToTheLimit() {
    CountDownLatch bothRun = new CountDownLatch(2);
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (CommandRunner runner =
        runner(command -> {
          most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
          bothRun.countDown();
          await(bothRun);
          atOnce.decrementAndGet();
        })) {
      runner.start();
      runner.submit(start("web", WEB));
      runner.submit(start("db", DB));
      runner.submit(start("mail", new UUID(1, 1)));
      runner.submit(start("dns", new UUID(1, 2)));
      awaitOutcomes(runner, 4);
      assertThat(most).hasValue(2);
    }
  }

  @Test
  void nothingRunsBeforeTheStart() {
    AtomicInteger runs = new AtomicInteger();
    try (CommandRunner runner = runner(command -> runs.incrementAndGet())) {
      runner.submit(start("c1", WEB));
      assertThat(runner.known()).containsExactly("c1");
      assertThat(runs).hasValue(0);
      runner.start();
      awaitOutcomes(runner, 1);
    }
  }

  @Test
  void whatAnEarlierProcessLeftUnfinishedRunsAgainInItsOrder() {
    // Never started, so never ended: as after a kill.
    CommandRunner killed = runner(command -> {});
    for (int i = 0; i < 12; i++) {
      killed.submit(start("c" + i, WEB));
    }
    List<String> order = new CopyOnWriteArrayList<>();
    try (CommandRunner next = runner(command -> order.add(command.id()))) {
      assertThat(next.known()).hasSize(12);
      next.start();
      awaitOutcomes(next, 12);
      assertThat(order).isEqualTo(IntStream.range(0, 12).mapToObj(i -> "c" + i).toList());
    }
  }

  @Test
  void anOutcomeOutlivesTheProcessUntilItIsAcknowledged() throws IOException {
    try (CommandRunner runner = runner(command -> {})) {
      runner.start();
      runner.submit(start("c1", WEB));
      awaitOutcomes(runner, 1);
    }
    AtomicInteger runs = new AtomicInteger();
    try (CommandRunner next = runner(command -> runs.incrementAndGet())) {
      next.start();
      next.submit(start("c1", WEB));
      assertThat(next.outcomes()).containsExactly(done(start("c1", WEB)));
      assertThat(runs).hasValue(0);
      next.acknowledged("c1");
      assertThat(next.known()).isEmpty();
    }
    try (var files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void aDefectOfTheExecutorIsAFailureAndTheNextCommandRuns() {
    try (CommandRunner runner =
        new CommandRunner(
            directory,
            (command, control) -> {
              if (command.id().equals("bad")) {
                throw new IllegalStateException("a defect");
              }
              return done(command);
            },
            2)) {
      runner.start();
      runner.submit(start("bad", WEB));
      runner.submit(start("good", WEB));
      awaitOutcomes(runner, 2);
      assertThat(runner.outcomes().getFirst())
          .isInstanceOfSatisfying(
              CommandOutcome.Failed.class,
              failed -> {
                assertThat(failed.code()).isEqualTo("internal_error");
                assertThat(failed.sentence()).doesNotContain("a defect");
              });
      assertThat(runner.outcomes().getLast()).isEqualTo(done(start("good", WEB)));
    }
  }

  @Test
  void aCommandThatCannotBeStoredFailsAndIsNotRun() throws IOException {
    AtomicInteger runs = new AtomicInteger();
    try (CommandRunner runner = runner(command -> runs.incrementAndGet())) {
      runner.start();
      Files.delete(directory);
      runner.submit(start("c1", WEB));
      assertThat(runner.outcomes())
          .singleElement()
          .isInstanceOfSatisfying(
              CommandOutcome.Failed.class,
              failed -> assertThat(failed.code()).isEqualTo("host_storage_failed"));
      assertThat(runs).hasValue(0);
    }
  }

  @Test
  void aWishToCancelReachesTheRunningCommandAndSparesTheWaitingOne() {
    CountDownLatch begun = new CountDownLatch(1);
    try (CommandRunner runner =
        new CommandRunner(
            directory,
            (command, control) -> {
              control.progress("copies disk:vda", 1, 10, "bytes");
              begun.countDown();
              Awaitility.await().atMost(LONG).until(control::cancelled);
              return new CommandOutcome.Cancelled(command.id(), "As before.", Optional.empty());
            },
            2)) {
      runner.start();
      runner.submit(start("runs", WEB));
      runner.submit(start("waits", WEB));
      await(begun);
      assertThat(runner.progress())
          .contains(new CommandProgress("runs", "copies disk:vda", 1, 10, "bytes"));
      runner.cancel("waits");
      runner.cancel("runs");
      awaitOutcomes(runner, 2);
      assertThat(runner.outcomes())
          .containsExactly(
              new CommandOutcome.Cancelled("runs", "As before.", Optional.empty()),
              new CommandOutcome.Cancelled(
                  "waits", "Cancelled before it began; nothing was changed.", Optional.empty()));
    }
  }

  @Test
  void aDamagedJournalFileIsLeftAloneAndTheOthersAreRead() throws IOException {
    CommandRunner killed = runner(command -> {});
    killed.submit(start("c1", WEB));
    Path damaged = directory.resolve("0".repeat(64) + ".command");
    Files.writeString(damaged, "{\"sequence\":");
    try (CommandRunner next = runner(command -> {})) {
      assertThat(next.known()).containsExactly("c1");
      assertThat(damaged).exists();
    }
  }

  @Test
  void aCommandNobodyKnowsHereIsRefusedOnce() {
    try (CommandRunner runner = runner(command -> {})) {
      runner.refuse("c9", "command_unknown", "Unknown.");
      runner.refuse("c9", "command_unknown", "Unknown.");
      assertThat(runner.outcomes())
          .containsExactly(
              new CommandOutcome.Failed("c9", "command_unknown", "Unknown.", Optional.empty()));
    }
  }

  private CommandRunner runner(Consumer<HostCommand> work) {
    return new CommandRunner(
        directory,
        (command, control) -> {
          work.accept(command);
          return done(command);
        },
        2);
  }
}
