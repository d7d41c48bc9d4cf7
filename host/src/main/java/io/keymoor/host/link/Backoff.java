package io.keymoor.host.link;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: doubling up to a limit, with half of it at random so
 * that a thousand hosts don't come back to a restarted manager at the same moment. For one thread.
 */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(500);

  private final Duration most;
  private final RandomGenerator random;
  private long nextMillis = FIRST.toMillis();

  Backoff(Duration most, RandomGenerator random) {
    this.most = most;
    this.random = random;
  }

  /** The next wait, in milliseconds: between half of the present step and all of it. */
  long next() {
    long step = Math.min(nextMillis, most.toMillis());
    nextMillis = step * 2;
    return step / 2 + random.nextLong(step / 2 + 1);
  }

  /** It worked: begin with the shortest wait next time. */
  void reset() {
    nextMillis = FIRST.toMillis();
  }
}
