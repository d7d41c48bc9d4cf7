package io.keymoor.manager.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class BellTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final Bell bell = new Bell();
  private final UUID cluster = UUID.randomUUID();

  @Test
  void aRingBetweenTheLookAndTheWaitIsNotLost() {
    long heard = bell.in(cluster).rings();
    bell.ring();

    assertThat(bell.in(cluster).await(heard, LONG)).isTrue();
  }

  @Test
  void closingWakesWhoeverWaitsInAnyRoomAndTellsThemToGiveUp() {
    CompletableFuture<Boolean> waits = waiting(bell.in(cluster));

    bell.close();

    assertThat(waits).succeedsWithin(LONG).isEqualTo(false);
    assertThat(bell.await(bell.rings(), LONG)).isFalse();
    assertThat(bell.in(UUID.randomUUID()).await(0, LONG)).as("a room nobody was in").isFalse();
  }

  @Test
  void whoeverIsInterruptedGivesUpAndStaysInterrupted() {
    Thread.currentThread().interrupt();

    assertThat(bell.await(bell.rings(), LONG)).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }

  private static CompletableFuture<Boolean> waiting(Bell bell) {
    CompletableFuture<Boolean> looksAgain = new CompletableFuture<>();
    AtomicReference<Thread> thread = new AtomicReference<>();
    thread.set(
        Thread.ofPlatform().start(() -> looksAgain.complete(bell.await(bell.rings(), LONG))));
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> thread.get().getState() == Thread.State.TIMED_WAITING);
    return looksAgain;
  }
}
