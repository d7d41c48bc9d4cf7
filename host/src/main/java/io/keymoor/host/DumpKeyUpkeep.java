package io.keymoor.host;

import io.keymoor.host.config.ConfigurationException;
import io.keymoor.host.dump.DumpKey;
import io.keymoor.host.keys.HostEncryption;
import io.keymoor.secret.SecretBytes;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the host has a dump key, under its host key as soon as that can be had: dumps can
 * be written then also while it can't. A failure is told and keeps the agent from nothing.
 *
 * @param encryption has the host key
 * @param dumpKey the host's
 */
record DumpKeyUpkeep(HostEncryption encryption, DumpKey dumpKey) {
  private static final Logger LOG = LoggerFactory.getLogger(DumpKeyUpkeep.class);

  void look() {
    Optional<SecretBytes> hostKey = encryption.key();
    try {
      dumpKey.keep(hostKey);
    } catch (ConfigurationException | UncheckedIOException failure) {
      LOG.warn("The dump key: {}", failure.getMessage());
    } finally {
      hostKey.ifPresent(SecretBytes::close);
    }
  }
}
