package io.keymoor.crypto;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id, version 1.3 (RFC 9106): the key derivation that makes guessing a passphrase cost memory
 * as well as time. Read for LUKS2 keyslots of other tools; keys of our own are random and need none
 * of it. Thread-safe.
 */
public final class Argon2id {
  private Argon2id() {}

  /**
   * The cost of one derivation.
   *
   * @param passes over the memory, at least 1
   * @param memoryKib on the Java heap, in KiB, at least 8 for each lane
   * @param lanes at least 1; computed one after the other
   */
  public record Cost(int passes, int memoryKib, int lanes) {
    public Cost {
      if (passes < 1 || lanes < 1 || lanes > 0xffffff || memoryKib < 8L * lanes) {
        throw new IllegalArgumentException(
            passes + " passes, " + memoryKib + " KiB, " + lanes + " lanes are no Argon2 cost");
      }
    }
  }

  /** Derives {@code length} bytes from a passphrase, which stays the caller's. */
  public static SecretBytes derive(SecretBytes passphrase, byte[] salt, Cost cost, int length) {
    Argon2Parameters parameters =
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withSalt(salt)
            .withIterations(cost.passes())
            .withMemoryAsKB(cost.memoryKib())
            .withParallelism(cost.lanes())
            .build();
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(parameters);
    byte[] derived = new byte[length];
    ClearBytes.use(passphrase, clear -> generator.generateBytes(clear, derived));
    return SecretBytes.takeOver(derived);
  }
}
