package io.keymoor.host.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.CommandProgress;
import io.keymoor.protocol.CommandProgress.Pace;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.Rewrite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that stand still: with one place for all of them, so that who keeps it is seen. */
class PausedCommandsTest {
  private static final UUID WEB = UUID.fromString("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");
  private static final UUID DB = UUID.fromString("0b8f1a52-7c1d-4e7e-8a34-5d9e6f7a8b9c");
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String PHASE = "rekeying disk:vda in place";

  @TempDir Path directory;
  private final AtomicBoolean enough = new AtomicBoolean();
  private final List<String> begun = new CopyOnWriteArrayList<>();

  /** Moves one byte after the other until it was enough. */
  private CommandOutcome work(HostCommand command, CommandControl control) {
    begun.add(command.id());
    long done = 0;
    while (!enough.get() && !control.cancelled() && command instanceof HostCommand.DeepRekeyVm) {
      control.progress(PHASE, ++done, 1_000_000_000, "bytes");
      control.standStill(() -> {});
    }
    return control.cancelled()
        ? new CommandOutcome.Cancelled(command.id(), "As before.", Optional.empty())
        : new CommandOutcome.Succeeded(command.id(), "Done.", List.of(), Optional.empty());
  }

  private CommandRunner runner() {
    return new CommandRunner(directory, this::work, 1);
  }

  private static HostCommand rekey(Rewrite.Way way) {
    return new HostCommand.DeepRekeyVm("long", WEB, WEB, "key-1", new Rewrite(way, 0));
  }

  private static CommandProgress told(CommandRunner runner) {
    return runner.progress().stream()
        .filter(progress -> progress.id().equals("long"))
        .findFirst()
        .orElseThrow();
  }

  private static void awaitPace(CommandRunner runner, Pace pace) {
    Awaitility.await().atMost(LONG).until(() -> told(runner).pace() == pace);
  }

  private static void awaitOutcomes(CommandRunner runner, int count) {
    Awaitility.await().atMost(LONG).until(() -> runner.outcomes().size() == count);
  }

  private void beginAndPause(CommandRunner runner, Rewrite.Way way) {
    runner.start();
    runner.submit(rekey(way));
    Awaitility.await().atMost(LONG).until(() -> told(runner).done() > 0);
    pause(runner);
  }

  private static void pause(CommandRunner runner) {
    runner.pause("long", true);
    awaitPace(runner, Pace.STANDING);
  }

  private void assertOthersHaveTheirTurn(CommandRunner runner) {
    runner.submit(new HostCommand.StartVm("short", DB));
    awaitOutcomes(runner, 1);
    assertThat(runner.outcomes()).extracting(CommandOutcome::id).containsExactly("short");
  }

  private long marks() throws java.io.IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".paused")).count();
    }
  }

  @Test
  void oneThatStandsStillLeavesItsPlaceToOthersAndGoesOnFromWhereItWas() throws Exception {
    try (CommandRunner runner = runner()) {
      beginAndPause(runner, Rewrite.Way.COPY);
      long position = told(runner).done();
      assertOthersHaveTheirTurn(runner);
      assertThat(told(runner).done()).isEqualTo(position);
      assertThat(told(runner).phase()).isEqualTo(PHASE);
      assertThat(runner.pauses(WEB)).isTrue();
      assertThat(runner.pauses(DB)).isFalse();
      runner.pause("long", false);
      Awaitility.await().atMost(LONG).until(() -> told(runner).done() > position);
      awaitPace(runner, Pace.OPEN);
      assertThat(marks()).isZero();
      enough.set(true);
      awaitOutcomes(runner, 2);
    }
  }

  @Test
  void oneThatStandsStillCanBeCancelled() {
    try (CommandRunner runner = runner()) {
      beginAndPause(runner, Rewrite.Way.COPY);
      runner.cancel("long");
      awaitOutcomes(runner, 1);
      assertThat(runner.outcomes().getFirst()).isInstanceOf(CommandOutcome.Cancelled.class);
    }
  }

  @Test
  void anAgentThatStartsAgainLeavesItStandingAndShowsWhereItWasMovedTo() throws Exception {
    long position;
    try (CommandRunner first = runner()) {
      beginAndPause(first, Rewrite.Way.IN_PLACE);
      position = told(first).done();
    }
    begun.clear();
    try (CommandRunner next = runner()) {
      assertThat(told(next))
          .isEqualTo(
              new CommandProgress("long", PHASE, position, 1_000_000_000, "bytes", Pace.STANDING));
      next.start();
      assertOthersHaveTheirTurn(next);
      assertThat(begun).containsExactly("short");
      assertThat(told(next).pace()).isEqualTo(Pace.STANDING);
      enough.set(true);
      next.pause("long", false);
      awaitOutcomes(next, 2);
      assertThat(begun).containsExactly("short", "long");
      next.acknowledged("long");
      assertThat(marks()).isZero();
    }
  }

  @Test
  void whatWasCopiedBeginsAnewAfterTheAgentStartedAgainAndThatIsSaid() {
    try (CommandRunner first = runner()) {
      beginAndPause(first, Rewrite.Way.LIVE);
    }
    try (CommandRunner next = runner()) {
      assertThat(told(next).phase()).startsWith("begins anew when it is resumed");
      assertThat(told(next).done()).isZero();
      assertThat(told(next).pace()).isEqualTo(Pace.STANDING);
      next.start();
      next.cancel("long");
      awaitOutcomes(next, 1);
    }
  }

  @Test
  void oneThatWaitsForItsTurnStandsStillBeforeItBegins() {
    try (CommandRunner runner = runner()) {
      runner.submit(rekey(Rewrite.Way.COPY));
      runner.pause("long", true);
      runner.start();
      awaitPace(runner, Pace.STANDING);
      assertOthersHaveTheirTurn(runner);
      assertThat(begun).containsExactly("short");
      enough.set(true);
      runner.pause("long", false);
      awaitOutcomes(runner, 2);
    }
  }

  @Test
  void severalThreadsOfOneCommandStandStillAndGiveUpOnePlace() {
    AtomicInteger ended = new AtomicInteger();
    CommandExecutor threads =
        (command, control) -> {
          if (command instanceof HostCommand.DeepRekeyVm) {
            try (var pool = Executors.newFixedThreadPool(4)) {
              for (int i = 0; i < 4; i++) {
                pool.execute(() -> {
                  CommandOutcome _ = work(command, control);
                  ended.incrementAndGet();
                });
              }
            }
          }
          return new CommandOutcome.Succeeded(command.id(), "Done.", List.of(), Optional.empty());
        };
    try (CommandRunner runner = new CommandRunner(directory, threads, 1)) {
      beginAndPause(runner, Rewrite.Way.COPY);
      for (int i = 0; i < 3; i++) {
        runner.pause("long", false);
        awaitPace(runner, Pace.OPEN);
        pause(runner);
      }
      assertOthersHaveTheirTurn(runner);
      runner.pause("long", false);
      enough.set(true);
      awaitOutcomes(runner, 2);
      assertThat(ended).hasValue(4);
    }
  }

  @Test
  void itSaysWhenItIsPastThePointUpToWhichItCanStandStill() {
    AtomicBoolean closing = new AtomicBoolean();
    CommandExecutor executor =
        (command, control) -> {
          control.pausable(false);
          closing.set(true);
          Awaitility.await().atMost(LONG).until(enough::get);
          return new CommandOutcome.Succeeded(command.id(), "Done.", List.of(), Optional.empty());
        };
    try (CommandRunner runner = new CommandRunner(directory, executor, 1)) {
      runner.start();
      runner.submit(rekey(Rewrite.Way.COPY));
      Awaitility.await().atMost(LONG).until(closing::get);
      assertThat(told(runner).pace()).isEqualTo(Pace.CLOSING);
      enough.set(true);
      awaitOutcomes(runner, 1);
    }
  }
}
