package io.keymoor.protocol;

import java.util.List;
import java.util.UUID;

/**
 * KEKs that the manager can't have now, and why. It goes on trying.
 *
 * @param provider their provider
 * @param reason why, in a sentence fit to be shown; at most {@value #MOST_REASON} characters
 * @param ids which
 */
public record MissingKeys(UUID provider, String reason, List<String> ids) {
  /** The longest reason, in characters. */
  public static final int MOST_REASON = 1000;

  public MissingKeys {
    ids = List.copyOf(ids);
    KeyNames.requireIds(ids, KeyNames.MOST);
    if (reason.length() > MOST_REASON || reason.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("a reason is one line of at most 1000 characters");
    }
  }
}
