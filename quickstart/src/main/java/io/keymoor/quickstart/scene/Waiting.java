package io.keymoor.quickstart.scene;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for what comes by itself, and says in words when it does not. */
public final class Waiting {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private Waiting() {}

  /** Waits for {@code condition}; {@code what} completes "It did not come true that ...". */
  public static void until(String what, Supplier<Boolean> condition) {
    untilPresent(what, () -> condition.get() ? Optional.of(true) : Optional.empty());
  }

  static <T> T untilPresent(String what, Supplier<Optional<T>> question) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Optional<T> answer = question.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      if (System.nanoTime() > deadline) {
        throw new StoryFailed(
            "It did not come true within " + PATIENCE.toSeconds() + " s that " + what + ".");
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }
}
