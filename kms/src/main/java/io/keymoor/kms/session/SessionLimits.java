package io.keymoor.kms.session;

import java.time.Duration;

/**
 * What one peer, and all of them together, may take.
 *
 * @param connections connections at once; more are closed as they come
 * @param handshake time for a TLS handshake
 * @param idle time without a message after which a connection is closed
 * @param message time for one message to arrive once its first byte did, and for an answer to leave
 * @param messageBytes the longest message, in bytes, checked before memory is taken for it
 */
public record SessionLimits(
    int connections, Duration handshake, Duration idle, Duration message, int messageBytes) {
  /** What suits a KMS of some thousand hosts. */
  public static final SessionLimits DEFAULT =
      new SessionLimits(
          8192, Duration.ofSeconds(15), Duration.ofMinutes(15), Duration.ofSeconds(30), 1 << 20);

  public SessionLimits {
    if (connections < 1 || messageBytes < 1024) {
      throw new IllegalArgumentException("limits that admit nobody");
    }
  }
}
