package io.keymoor.provider;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.crypto.KeyDerivation;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;

/**
 * The native key provider: KEK = HKDF-SHA-256(KDK, provider id, key id) (K3).
 *
 * <p>It needs nobody else: whoever holds the KDK has every key there ever was or will be, which is
 * why hosts work alone, and why the KDK is sealed wherever it rests. Owns its KDK and erases it on
 * close. Thread-safe.
 */
public final class NativeKeyProvider implements KeyProvider, AutoCloseable {
  /** Length of a KDK in bytes. */
  public static final int KDK_BYTES = 32;

  private final ProviderReference reference;
  private final SecretBytes kdk;

  /** A provider over {@code kdk}, which it takes over. */
  public NativeKeyProvider(ProviderReference reference, SecretBytes kdk) {
    if (kdk.length() != KDK_BYTES) {
      throw new IllegalArgumentException("a KDK has 32 bytes, not " + kdk.length());
    }
    this.reference = reference;
    this.kdk = kdk;
  }

  /** A fresh KDK. */
  public static SecretBytes newKdk(SecureRandom random) {
    return SecretBytes.random(KDK_BYTES, random);
  }

  @Override
  public ProviderReference reference() {
    return reference;
  }

  @Override
  public IssuedKey issueKey(KeyPurpose purpose) {
    return key(KeyId.random());
  }

  @Override
  public IssuedKey key(KeyId id) {
    return new IssuedKey(reference, id, KeyDerivation.kekFromKdk(kdk, reference.id(), id.text()));
  }

  /** The KDK's check value, by which two providers are told apart or known as the same. */
  public KeyCheckValue keyCheckValue() {
    return KeyCheckValue.of(kdk);
  }

  @Override
  public void close() {
    kdk.close();
  }
}
