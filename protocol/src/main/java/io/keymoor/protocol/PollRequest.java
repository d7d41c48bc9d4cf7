package io.keymoor.protocol;

import java.time.Duration;
import java.util.List;

/**
 * Asks for news: commands, and the desired state when it is not at the given revision.
 *
 * @param desiredRevision revision of the last desired state applied; 0 for none
 * @param known ids of the commands that the host runs or whose outcome waits for acknowledgement
 * @param keys which KEKs of standard providers it has
 */
public record PollRequest(long desiredRevision, List<String> known, HeldKeys keys) {
  /** After so long a manager answers though there is no news. */
  public static final Duration LONGEST_WAIT = Duration.ofSeconds(25);

  public PollRequest {
    known = List.copyOf(known);
  }

  /** Of a host without KEKs of standard providers. */
  public PollRequest(long desiredRevision, List<String> known) {
    this(desiredRevision, known, HeldKeys.NONE);
  }
}
