package io.keymoor.manager.domain.model;

import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.standard.WrappedKeyId;
import java.util.UUID;

/**
 * A KEK in wrapping-key mode as the index has it.
 *
 * @param mark the row's own id
 * @param provider the provider
 * @param purpose what it is for
 * @param id its id, which holds it as it was wrapped first
 * @param now how it is wrapped now
 */
public record WrappedKek(UUID mark, UUID provider, KeyPurpose purpose, KeyId id, WrappedKeyId now) {
  /** The same, wrapped in another way. */
  public WrappedKek under(WrappedKeyId other) {
    return new WrappedKek(mark, provider, purpose, id, other);
  }
}
