package io.keymoor.kms.rootkey;

import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.PassphraseKey;
import io.keymoor.crypto.SealedBox;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A root key derived from a passphrase in a file: Argon2id, then AES-256-GCM.
 *
 * <p>Parameters: {@code argon2id:v1:iterations:KiB:lanes:salt in hex}.
 */
public final class PassphraseRootKey implements RootKey {
  /** The name of this kind. */
  public static final String NAME = "passphrase";

  private static final String PURPOSE = "kms/store-key";
  private static final int MOST_BYTES = 4096;

  private final SecretBytes key;
  private final String parameters;
  private final SecureRandom random;

  private PassphraseRootKey(SecretBytes key, String parameters, SecureRandom random) {
    this.key = key;
    this.parameters = parameters;
    this.random = random;
  }

  /** A root key with a fresh salt. */
  public static PassphraseRootKey create(Path file, PassphraseKey.Cost cost, SecureRandom random) {
    byte[] salt = PassphraseKey.newSalt(random);
    String parameters =
        String.join(
            ":",
            "argon2id",
            "v1",
            Integer.toString(cost.iterations()),
            Integer.toString(cost.memoryKib()),
            Integer.toString(cost.lanes()),
            HexFormat.of().formatHex(salt));
    return load(file, parameters, random);
  }

  /**
   * The root key that {@code parameters} describe.
   *
   * @throws RootKeyException when the file cannot be read or the parameters are none
   */
  public static PassphraseRootKey load(Path file, String parameters, SecureRandom random) {
    try (SecretBytes passphrase = passphrase(file)) {
      String[] parts = parameters.split(":", -1);
      if (parts.length != 6 || !parts[0].equals("argon2id") || !parts[1].equals("v1")) {
        throw new RootKeyException(
            "The database describes its root key in a way this software does not know. It may be"
                + " newer; run the version that made it.");
      }
      PassphraseKey.Cost cost =
          new PassphraseKey.Cost(
              Integer.parseInt(parts[2]), Integer.parseInt(parts[3]), Integer.parseInt(parts[4]));
      byte[] salt = HexFormat.of().parseHex(parts[5]);
      return new PassphraseRootKey(
          PassphraseKey.derive(passphrase, salt, cost), parameters, random);
    } catch (IllegalArgumentException | CryptoException damaged) {
      throw new RootKeyException(
          "The description of the root key in the database is damaged. Restore the database.",
          damaged);
    }
  }

  private static SecretBytes passphrase(Path file) {
    byte[] bytes;
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new RootKeyException(
            "The passphrase file "
                + file
                + " has more than "
                + MOST_BYTES
                + " bytes; it should hold one line.");
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException unreadable) {
      throw new RootKeyException(
          "The passphrase file "
              + file
              + " cannot be read. Without it no key in this KMS opens;"
              + " put it back and start again.",
          unreadable);
    }
    int length = bytes.length;
    while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r')) {
      length--;
    }
    byte[] line = Arrays.copyOf(bytes, length);
    Arrays.fill(bytes, (byte) 0);
    if (line.length == 0) {
      throw new RootKeyException("The passphrase file " + file + " is empty.");
    }
    return SecretBytes.takeOver(line);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String parameters() {
    return parameters;
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
          "The passphrase is not the one this KMS was set up with. Nothing was changed; give the"
              + " file with the right passphrase.",
          wrong);
    }
  }

  @Override
  public void close() {
    key.close();
  }
}
