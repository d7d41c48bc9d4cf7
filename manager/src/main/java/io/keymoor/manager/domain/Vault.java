package io.keymoor.manager.domain;

import io.keymoor.crypto.SealedBox;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.UUID;

/**
 * Seals KDKs and the credentials for KMSes under the manager's root key, which is not in the
 * database (R1): a copy of the database gives nothing away. Each box is bound to its provider and
 * use, so rows can't be swapped unseen. Thread-safe.
 */
public final class Vault {
  private static final int KDK_BYTES = 32;

  private final SecretBytes rootKey;
  private final SecureRandom random;

  /** The caller keeps, and at the very end closes, the root key. */
  public Vault(SecretBytes rootKey, SecureRandom random) {
    this.rootKey = rootKey;
    this.random = random;
  }

  SecretBytes newKdk() {
    return SecretBytes.random(KDK_BYTES, random);
  }

  byte[] seal(UUID provider, SecretBytes kdk) {
    return SealedBox.seal(rootKey, purpose(provider), kdk, random);
  }

  /** The KDK; the caller closes it as soon as it can. */
  SecretBytes open(UUID provider, byte[] sealed) {
    return SealedBox.open(rootKey, purpose(provider), sealed);
  }

  /** Seals what belongs to a provider beside a KDK. */
  byte[] seal(UUID provider, Use use, SecretBytes secret) {
    return SealedBox.seal(rootKey, purpose(provider) + use.suffix, secret, random);
  }

  /** What was sealed for this use; the caller closes it as soon as it can. */
  SecretBytes open(UUID provider, Use use, byte[] sealed) {
    return SealedBox.open(rootKey, purpose(provider) + use.suffix, sealed);
  }

  /** What a secret of a standard provider is for. */
  enum Use {
    CLIENT_KEY("/kms-key"),
    PASSWORD("/kms-password");

    private final String suffix;

    Use(String suffix) {
      this.suffix = suffix;
    }
  }

  private static String purpose(UUID provider) {
    return "manager/provider/" + provider;
  }
}
