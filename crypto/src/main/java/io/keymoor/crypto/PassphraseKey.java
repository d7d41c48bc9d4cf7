package io.keymoor.crypto;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * A 256-bit key from what a person types or a file holds: Argon2id, version 1.3 (RFC 9106).
 *
 * <p>Guarantee: equal passphrase, salt and cost give the equal key for ever; one guess costs an
 * attacker the memory and time of {@link Cost}. Thread-safe; one derivation takes about as much
 * memory as its cost says.
 */
public final class PassphraseKey {
  /** Bytes of a salt. */
  public static final int SALT_BYTES = 16;

  private PassphraseKey() {}

  /**
   * What one derivation takes.
   *
   * @param iterations passes over the memory, 1 to 64
   * @param memoryKib memory in KiB, 8 per lane at least, at most 1 GiB
   * @param lanes degree of parallelism, 1 to 16
   */
  public record Cost(int iterations, int memoryKib, int lanes) {
    /** The second recommended option of RFC 9106, section 4: 3 passes over 64 MiB, 4 lanes. */
    public static final Cost RECOMMENDED = new Cost(3, 64 * 1024, 4);

    public Cost {
      if (iterations < 1
          || iterations > 64
          || lanes < 1
          || lanes > 16
          || memoryKib < 8 * lanes
          || memoryKib > 1024 * 1024) {
        throw new CryptoException.Damaged(
            "The cost of this passphrase's key ("
                + iterations
                + " passes, "
                + memoryKib
                + " KiB, "
                + lanes
                + " lanes) is outside what this software accepts.");
      }
    }
  }

  /** A fresh salt. */
  public static byte[] newSalt(SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return salt;
  }

  /** The key, owned by the caller. */
  public static SecretBytes derive(SecretBytes passphrase, byte[] salt, Cost cost) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withIterations(cost.iterations())
            .withMemoryAsKB(cost.memoryKib())
            .withParallelism(cost.lanes())
            .withSalt(salt)
            .build());
    byte[] key = new byte[KeyDerivation.KEY_BYTES];
    ClearBytes.use(passphrase, clear -> generator.generateBytes(clear, key));
    return SecretBytes.takeOver(key);
  }
}
