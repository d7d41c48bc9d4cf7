package io.keymoor.manager.domain.bulk;

import io.keymoor.manager.domain.port.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;

/**
 * Whether hosts may be on their way here: after a manager began or another one was lost, nobody is
 * given up for a while, however long nothing was heard of him. Used by one thread.
 */
final class Takeover {
  private static final int SILENCES = 3;
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final Transactions transactions;
  private final Duration patience;
  private final InstantSource clock;
  private Instant ends;
  private Instant next = Instant.MIN;
  private Set<Long> managers = Set.of();

  /**
   * Begins with a manager.
   *
   * @param hostSilence after how long without a word a host counts as not responding
   */
  Takeover(Transactions transactions, Duration hostSilence, InstantSource clock) {
    this.transactions = transactions;
    this.patience = hostSilence.multipliedBy(SILENCES);
    this.clock = clock;
    this.ends = clock.instant().plus(patience);
  }

  /** Looks, now and then, whether all managers are still there. */
  void look() {
    Instant now = clock.instant();
    if (now.isBefore(next)) {
      return;
    }
    next = now.plus(LOOK_AGAIN);
    Set<Long> there = transactions.in(stores -> stores.bulks().managers());
    if (!there.containsAll(managers)) {
      ends = now.plus(patience);
    }
    managers = there;
  }

  boolean isOver() {
    return !clock.instant().isBefore(ends);
  }
}
