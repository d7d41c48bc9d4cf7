package io.keymoor.kms.rootkey;

import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.crypto.SealedBox;
import io.keymoor.crypto.SealedFile;
import io.keymoor.secret.SecretBytes;
import io.keymoor.tpm.PcrSelection;
import io.keymoor.tpm.Tpm;
import io.keymoor.tpm.TpmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * A root key that only this machine's TPM 2.0 opens: a random AES-256 key, sealed in a file of the
 * node, then AES-256-GCM.
 *
 * <p>Its name ends with its check value, because every node of a KMS has a TPM, and a root key, of
 * its own.
 */
public final class TpmRootKey implements RootKey {
  /** What the names of this kind begin with. */
  public static final String NAME = "tpm";

  private static final String PURPOSE = "kms/store-key";
  private static final int KEY_BYTES = 32;
  private static final int MOST_BYTES = 64 * 1024;

  private final SecretBytes key;
  private final SecureRandom random;

  private TpmRootKey(SecretBytes key, SecureRandom random) {
    this.key = key;
    this.random = random;
  }

  /**
   * Makes a root key, sealed into {@code file}.
   *
   * @param pcrs the registers that have to be as they are now for it to open
   */
  public static void create(Path file, Tpm tpm, PcrSelection pcrs, SecureRandom random) {
    try (SecretBytes key = SecretBytes.random(KEY_BYTES, random)) {
      SealedFile.replace(file, tpm.seal(key, pcrs));
    } catch (TpmException failure) {
      throw new RootKeyException(failure);
    }
  }

  /**
   * The root key that {@link #create} sealed.
   *
   * @throws RootKeyException when the file is gone or the TPM does not open it, with the reason
   */
  public static TpmRootKey open(Path file, Tpm tpm, SecureRandom random) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new RootKeyException(file + " is too large to be a sealed root key; restore it.");
      }
      return new TpmRootKey(tpm.unseal(Files.readAllBytes(file)), random);
    } catch (TpmException failure) {
      throw new RootKeyException(failure);
    } catch (IOException unreadable) {
      throw new RootKeyException(
          "The sealed root key "
              + file
              + " cannot be read. Without it the TPM opens nothing; put it back and start again.",
          unreadable);
    }
  }

  @Override
  public String name() {
    return NAME + ":" + KeyCheckValue.of(key);
  }

  @Override
  public String parameters() {
    return "tpm:v1";
  }

  @Override
  public byte[] seal(SecretBytes storeKey) {
    return SealedBox.seal(key, PURPOSE, storeKey, random);
  }

  @Override
  public SecretBytes open(byte[] sealed) {
    try {
      return SealedBox.open(key, PURPOSE, sealed);
    } catch (CryptoException wrong) {
      throw new RootKeyException(
          "The store key in the database was damaged; restore the database. Nothing was changed.",
          wrong);
    }
  }

  @Override
  public void close() {
    key.close();
  }
}
