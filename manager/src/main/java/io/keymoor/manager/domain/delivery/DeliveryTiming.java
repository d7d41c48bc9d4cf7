package io.keymoor.manager.domain.delivery;

import java.time.Duration;

/**
 * How patient a {@link KeyDelivery} is.
 *
 * @param fresh how long it trusts what it knows of a cluster's needs
 * @param grace how long hosts keep a key that nothing needs any more: a VM that moves from host to
 *     host is for a moment on none
 * @param presence how long after its last word a host counts as one that waits for keys
 * @param keeping the longest that a key stays in the manager's memory
 * @param firstRetry when a key that could not be had is asked for again
 * @param mostRetry the longest pause between such attempts
 */
public record DeliveryTiming(
    Duration fresh,
    Duration grace,
    Duration presence,
    Duration keeping,
    Duration firstRetry,
    Duration mostRetry) {
  /** What managers use. */
  public static DeliveryTiming usual() {
    return new DeliveryTiming(
        Duration.ofSeconds(10),
        Duration.ofMinutes(5),
        Duration.ofSeconds(60),
        Duration.ofMinutes(2),
        Duration.ofSeconds(1),
        Duration.ofSeconds(15));
  }

  Duration pauseAfter(int failures) {
    Duration pause = firstRetry.multipliedBy(1L << Math.min(failures - 1, 20));
    return pause.compareTo(mostRetry) < 0 ? pause : mostRetry;
  }
}
