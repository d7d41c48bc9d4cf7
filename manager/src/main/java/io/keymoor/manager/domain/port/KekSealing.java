package io.keymoor.manager.domain.port;

import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.provider.IssuedKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** KEKs of standard providers in the form in which they travel to a host. Thread-safe. */
public interface KekSealing {
  /** Fingerprint of a set of keys; a host that has these says the same. */
  String digestOfHeld(Set<KeyName> keys);

  /** Fingerprint of missing keys with their reasons. */
  String digestOfMissing(Map<KeyName, String> missing);

  /**
   * Encrypts keys of one provider so that this host can open them, at this revision, under these
   * names, and nobody else. At most {@link #mostInOne} keys; they stay owned by the caller.
   */
  byte[] seal(UUID provider, List<IssuedKey> keys, Host host, long revision);

  /** The most keys sealed in one. */
  int mostInOne();
}
