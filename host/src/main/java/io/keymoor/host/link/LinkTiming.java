package io.keymoor.host.link;

import io.keymoor.protocol.PollRequest;
import java.time.Duration;

/**
 * How patient a {@link ManagerLink} is.
 *
 * @param call how long an exchange may take
 * @param poll how long a poll may take, the manager's waiting included
 * @param mostBackoff the longest wait between attempts while the manager is away
 * @param progress the shortest time between two progress messages
 * @param report the shortest time between two reports
 */
public record LinkTiming(
    Duration call, Duration poll, Duration mostBackoff, Duration progress, Duration report) {
  /** How long a manager that has much to do may be over the time for an answer. */
  private static final Duration BUSY = Duration.ofSeconds(35);

  /**
   * What agents use. A manager whose machine is gone closes no connection: after a minute its hosts
   * look for another one.
   */
  public static LinkTiming usual() {
    return new LinkTiming(
        Duration.ofSeconds(30),
        PollRequest.LONGEST_WAIT.plus(BUSY),
        Duration.ofSeconds(30),
        Duration.ofSeconds(1),
        Duration.ofMillis(500));
  }
}
