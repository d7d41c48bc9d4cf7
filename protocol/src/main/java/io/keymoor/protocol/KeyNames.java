package io.keymoor.protocol;

import java.util.List;
import java.util.UUID;

/**
 * KEKs of one standard provider, by their ids; nothing secret.
 *
 * @param provider the provider
 * @param ids their ids there: 1 to 128 printable ASCII characters each
 */
public record KeyNames(UUID provider, List<String> ids) {
  /** The most KEKs that one host holds, and the most names in one message. */
  public static final int MOST = 100_000;

  private static final int MOST_CHARACTERS = 128;

  public KeyNames {
    ids = List.copyOf(ids);
    requireIds(ids, MOST);
  }

  /** Refuses too many ids, and what can be none. */
  static void requireIds(List<String> ids, int most) {
    if (ids.size() > most) {
      throw new IllegalArgumentException("at most " + most + " key ids, not " + ids.size());
    }
    for (String id : ids) {
      if (id.isEmpty() || id.length() > MOST_CHARACTERS || !printable(id)) {
        throw new IllegalArgumentException("a key id has 1 to 128 printable ASCII characters");
      }
    }
  }

  private static boolean printable(String id) {
    return id.chars().allMatch(c -> c >= 0x21 && c <= 0x7e);
  }
}
