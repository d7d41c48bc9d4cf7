package io.keymoor.manager.domain.delivery;

import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.provider.KeyId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What a host shall do with its keys.
 *
 * @param revision grows with every change
 * @param listing whether it shall only say which keys it has
 * @param forgotten keys to be erased
 * @param sealed keys to be taken over
 * @param missing all keys that it should have and that can't be had, with the reason
 */
public record KeyNews(
    long revision,
    boolean listing,
    Set<KeyName> forgotten,
    List<Bundle> sealed,
    Map<KeyName, String> missing) {
  /** The most bundles in one. */
  static final int MOST_BUNDLES = 16;

  public KeyNews {
    forgotten = Set.copyOf(forgotten);
    sealed = List.copyOf(sealed);
    missing = Map.copyOf(missing);
  }

  /** Keys of one provider, sealed to the host in one. */
  public record Bundle(UUID provider, List<KeyId> ids, Sealed sealed) {
    public Bundle {
      ids = List.copyOf(ids);
    }
  }

  /** Gives the sealed bytes. */
  @FunctionalInterface
  public interface Sealed {
    /** The bytes; not to be changed. */
    byte[] bytes();
  }

  static KeyNews listing(long revision) {
    return new KeyNews(revision, true, Set.of(), List.of(), Map.of());
  }
}
