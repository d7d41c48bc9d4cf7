package io.keymoor.manager.domain.port;

import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.provider.IssuedKey;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** KEKs of standard providers in the form in which they travel to a host. Thread-safe. */
public interface KekSealing {
  /** Fingerprint of the keys that a host has, of none to begin with. */
  HeldFingerprint fingerprint();

  /** Follows a set of keys; a host that has the same ones says the same. Not thread-safe. */
  interface HeldFingerprint {
    /** Adds a key that is not in the set. */
    void add(KeyName key);

    /** Removes a key that is in the set. */
    void remove(KeyName key);

    /** The same set, to go on with. */
    HeldFingerprint copy();

    /** What a host says that has this set. */
    String text();
  }

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
