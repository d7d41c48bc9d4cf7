package io.keymoor.manager.domain.delivery;

import io.keymoor.manager.domain.model.KeyName;
import java.util.Optional;
import java.util.Set;

/**
 * What a host says of its keys with a poll.
 *
 * @param revision revision of the last update it applied; 0 for none
 * @param held fingerprint of the keys it has
 * @param missing fingerprint of those it knows to be missing
 * @param listing the keys it has, when it was asked
 */
public record HeldByHost(
    long revision, String held, String missing, Optional<Set<KeyName>> listing) {
  public HeldByHost {
    listing = listing.map(Set::copyOf);
  }
}
