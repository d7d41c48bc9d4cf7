package io.keymoor.protocol;

import java.util.List;
import java.util.Optional;

/**
 * Which KEKs of standard providers a host has in its memory, told with every poll. As long as both
 * sides mean the same, two digests say it all; the names themselves are sent when the manager asks.
 *
 * @param revision revision of the last {@link KeyUpdate} applied; 0 for none
 * @param held {@link KeyDigest#ofHeld} of the keys it has
 * @param missing {@link KeyDigest#ofMissing} of those it knows to be missing
 * @param listing the keys it has, when the manager asked for them
 */
public record HeldKeys(
    long revision, String held, String missing, Optional<List<KeyNames>> listing) {
  /** A host that has no such key and misses none. */
  public static final HeldKeys NONE =
      new HeldKeys(0, KeyDigest.NOTHING_HELD, KeyDigest.NOTHING_MISSING, Optional.empty());

  public HeldKeys {
    listing = listing.map(List::copyOf);
    int total = listing.stream().flatMap(List::stream).mapToInt(names -> names.ids().size()).sum();
    if (total > KeyNames.MOST) {
      throw new IllegalArgumentException("a host holds fewer keys than " + total);
    }
  }
}
