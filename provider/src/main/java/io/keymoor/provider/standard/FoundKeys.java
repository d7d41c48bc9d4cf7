package io.keymoor.provider.standard;

import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import java.util.List;
import java.util.Map;

/**
 * Keys that a KMS gave; every key asked for is in {@code keys} or in {@code missing}.
 *
 * @param keys those it gave, closed with this
 * @param missing why it did not give the others, a clause each
 * @param notes what a person should know of some that it gave, such as that they are deactivated
 */
public record FoundKeys(List<IssuedKey> keys, Map<KeyId, String> missing, Map<KeyId, String> notes)
    implements AutoCloseable {
  public FoundKeys {
    keys = List.copyOf(keys);
    missing = Map.copyOf(missing);
    notes = Map.copyOf(notes);
  }

  /** Erases the keys. */
  @Override
  public void close() {
    keys.forEach(IssuedKey::close);
  }
}
