package io.keymoor.kms.policy;

import io.keymoor.crypto.PassphraseKey;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * A KMIP password as it is kept: an Argon2id key of it, from which it cannot be computed back.
 *
 * @param salt random, one per password
 * @param hash the key
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared but by matches().
public record PasswordCheck(byte[] salt, byte[] hash) {
  private static final PassphraseKey.Cost COST = new PassphraseKey.Cost(2, 19 * 1024, 1);

  /** What to keep of a new password. */
  public static PasswordCheck of(SecretBytes password, SecureRandom random) {
    byte[] salt = PassphraseKey.newSalt(random);
    return new PasswordCheck(salt, hash(password, salt));
  }

  /** Whether {@code password} is the one; takes the same time either way. */
  public boolean matches(SecretBytes password) {
    return MessageDigest.isEqual(hash, hash(password, salt));
  }

  private static byte[] hash(SecretBytes password, byte[] salt) {
    try (SecretBytes key = PassphraseKey.derive(password, salt, COST)) {
      return ClearBytes.read(key, clear -> clear.clone());
    }
  }
}
