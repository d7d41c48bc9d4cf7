package io.keymoor.host.config;

import io.keymoor.secret.SecretBytes;

/**
 * What the host configuration is sealed under (N4): a key file on the boot disk, or a key that only
 * this host's TPM gives.
 */
@FunctionalInterface
public interface SealingKey {
  /**
   * The 32-byte key, owned by the caller.
   *
   * @throws ConfigurationException when it can't be had
   */
  SecretBytes open();
}
