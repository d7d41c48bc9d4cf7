package io.keymoor.protocol;

import java.util.List;

/**
 * Brings a host's KEKs of standard providers nearer to what its cluster needs. Many keys come in
 * several updates; the host says with its next poll what it has.
 *
 * @param revision grows with every change of what there is to have; a host refuses one that is
 *     older than the last it applied
 * @param listing whether the host shall say with its next poll which keys it has; nothing else in
 *     the update counts then
 * @param forgotten keys that nothing in the cluster needs any more: to be erased
 * @param sealed keys, at most {@value #MOST_BUNDLES} bundles
 * @param missing all keys that this host should have and the manager can't have now; replaces what
 *     was said before
 */
public record KeyUpdate(
    long revision,
    boolean listing,
    List<KeyNames> forgotten,
    List<SealedKeys> sealed,
    List<MissingKeys> missing) {
  /** The most bundles in one update. */
  public static final int MOST_BUNDLES = 16;

  public KeyUpdate {
    forgotten = List.copyOf(forgotten);
    sealed = List.copyOf(sealed);
    missing = List.copyOf(missing);
    if (sealed.size() > MOST_BUNDLES) {
      throw new IllegalArgumentException("an update has at most " + MOST_BUNDLES + " bundles");
    }
  }
}
