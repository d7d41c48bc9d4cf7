package io.keymoor.host.link;

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
  /** What agents use. */
  public static LinkTiming usual() {
    return new LinkTiming(
        Duration.ofSeconds(30),
        Duration.ofSeconds(120),
        Duration.ofSeconds(30),
        Duration.ofSeconds(1),
        Duration.ofMillis(500));
  }
}
