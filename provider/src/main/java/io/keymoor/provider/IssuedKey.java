package io.keymoor.provider;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.secret.SecretBytes;

/**
 * A KEK with its name, owned by the holder, who closes it.
 *
 * @param provider where it comes from
 * @param id its id there
 * @param kek the 32-byte key
 */
public record IssuedKey(ProviderReference provider, KeyId id, SecretBytes kek)
    implements AutoCloseable {
  /** The key's check value. */
  public KeyCheckValue check() {
    return KeyCheckValue.of(kek);
  }

  @Override
  public void close() {
    kek.close();
  }
}
