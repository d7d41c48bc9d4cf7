package io.keymoor.manager.domain.port;

import io.keymoor.manager.domain.model.Host;
import io.keymoor.secret.SecretBytes;
import java.util.UUID;

/** Encrypts a provider's key so that one host can open it, and nobody else. */
@FunctionalInterface
public interface HostSealing {
  /** The sealed key, bound to this provider and this host. */
  byte[] seal(SecretBytes kdk, UUID provider, Host host);
}
