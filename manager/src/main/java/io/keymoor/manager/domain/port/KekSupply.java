package io.keymoor.manager.domain.port;

import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** KEKs that are in a KMS. Thread-safe. */
public interface KekSupply {
  /**
   * Those of these KEKs that this manager had made a moment ago and nobody has taken since: no KMS
   * is asked. They are given once, owned by the caller.
   */
  List<IssuedKey> fresh(UUID provider, Collection<KeyId> ids);

  /**
   * Fetches KEKs of one standard provider, in as few round trips as its KMS allows. Throws nothing
   * for a key that can't be had: {@link Supply#missing} says why. May take as long as a network
   * does: never inside a transaction.
   */
  Supply fetch(UUID provider, Collection<KeyId> ids);

  /**
   * What came of it; every id asked for is in one of the two.
   *
   * @param keys those that could be had, owned by the caller
   * @param missing why the others could not, in a sentence each
   */
  record Supply(List<IssuedKey> keys, Map<KeyId, String> missing) implements AutoCloseable {
    public Supply {
      keys = List.copyOf(keys);
      missing = Map.copyOf(missing);
    }

    /** Erases the keys. */
    @Override
    public void close() {
      keys.forEach(IssuedKey::close);
    }
  }
}
