package io.keymoor.provider;

/**
 * A source of KEKs that can be had again under their id.
 *
 * <p>Guarantee: for as long as the provider holds the same secret, {@link #key} gives the same key
 * for the same id, on every host. Thread-safe. Keys handed out are owned by the caller.
 */
public interface KeyProvider {
  /** Who this is. */
  ProviderReference reference();

  /** A new key for {@code purpose}, under an id never used before. */
  IssuedKey issueKey(KeyPurpose purpose);

  /**
   * The key with this id.
   *
   * @throws ProviderException when it cannot be had
   */
  IssuedKey key(KeyId id);
}
