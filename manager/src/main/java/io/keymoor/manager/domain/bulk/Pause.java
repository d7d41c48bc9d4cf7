package io.keymoor.manager.domain.bulk;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a provider that gave no key is left alone.
 *
 * @param tries how often it gave none, one after the other
 * @param until when it is asked again
 */
record Pause(int tries, Instant until) {
  /** It was not asked yet, or gave a key. */
  static final Pause NONE = new Pause(0, Instant.MIN);

  private static final int MOST = 5;

  Pause longer(Instant now) {
    return new Pause(tries + 1, now.plus(Duration.ofSeconds(1L << Math.min(tries, MOST))));
  }

  boolean isOver(Instant now) {
    return !now.isBefore(until);
  }

  boolean isTooLong() {
    return tries >= MOST;
  }
}
