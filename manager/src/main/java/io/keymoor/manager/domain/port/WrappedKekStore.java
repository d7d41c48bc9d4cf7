package io.keymoor.manager.domain.port;

import io.keymoor.manager.domain.model.WrappedKek;
import io.keymoor.provider.KeyId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** KEKs that a key in a KMS wraps, and those keys. */
public interface WrappedKekStore {
  /**
   * A wrapping key.
   *
   * @param id its id in the KMS
   * @param since since when it is in use
   */
  record WrappingKey(KeyId id, Instant since) {}

  /** The wrapping keys of a provider, the one in use first. */
  List<WrappingKey> wrappingKeys(UUID provider);

  /** The one in use. */
  default Optional<WrappingKey> current(UUID provider) {
    return wrappingKeys(provider).stream().findFirst();
  }

  /** Takes a wrapping key into use. */
  void use(UUID provider, WrappingKey key);

  /** New KEKs. */
  void insert(List<WrappedKek> keks, Instant when);

  /** Those of these KEKs that are known. */
  List<WrappedKek> find(UUID provider, Collection<KeyId> ids);

  /** KEKs that another key than this one wraps, in the order of their marks, after one of them. */
  List<WrappedKek> notUnder(UUID provider, KeyId wrappingKey, Optional<UUID> after, int limit);

  /** How many KEKs another key than this one wraps. */
  long countNotUnder(UUID provider, KeyId wrappingKey);

  /** Notes how KEKs are wrapped now. */
  void rewrapped(List<WrappedKek> keks);
}
