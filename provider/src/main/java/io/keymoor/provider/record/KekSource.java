package io.keymoor.provider.record;

import io.keymoor.provider.ProviderException;
import io.keymoor.secret.SecretBytes;

/** Where KEKs come from: a host's key cache and providers. */
@FunctionalInterface
public interface KekSource {
  /**
   * The KEK, owned by the caller, its check value verified.
   *
   * @throws ProviderException.KeyUnavailable with the reason when it cannot be had
   */
  SecretBytes kek(KeyReference key);
}
