package io.keymoor.crypto.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.crypto.AesKeyWrap;
import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.Hpke;
import io.keymoor.crypto.PassphraseKey;
import io.keymoor.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * The file key for one recipient:
 *
 * <pre>
 *   kind 1   32  the recipient's X25519 public key
 *            80  HPKE (RFC 9180) of the file key to it; info and aad as below
 *   kind 2   16  salt
 *             4  passes of Argon2id
 *             4  KiB of memory
 *             4  lanes
 *            40  AES-256 key wrap (RFC 3394) of the file key under the derived key
 * </pre>
 *
 * @param kind which of the two
 * @param body its bytes
 */
@SuppressWarnings("ArrayRecordComponent")
record Envelope(int kind, byte[] body) {
  static final int KEY = 1;
  static final int PASSWORD = 2;
  private static final int SEALED_BYTES = 80;
  private static final int WRAPPED_BYTES = 40;
  private static final int PASSWORD_BYTES = PassphraseKey.SALT_BYTES + 12 + WRAPPED_BYTES;

  /**
   * More than this nobody needs for a dump, and a hostile file shall not take a machine's memory.
   */
  private static final int MOST_MEMORY_KIB = 256 * 1024;

  private static final byte[] INFO = "keymoor/sealed-stream/v1/file-key".getBytes(US_ASCII);

  static Envelope of(Recipient recipient, SecretBytes fileKey, SecureRandom random) {
    return switch (recipient) {
      case Recipient.KeyOwner owner -> {
        byte[] sealed = Hpke.seal(owner.publicKey(), INFO, owner.publicKey(), fileKey, random);
        yield new Envelope(
            KEY,
            ByteBuffer.allocate(Hpke.PUBLIC_KEY_BYTES + sealed.length)
                .put(owner.publicKey())
                .put(sealed)
                .array());
      }
      case Recipient.PasswordHolder holder -> {
        byte[] salt = PassphraseKey.newSalt(random);
        PassphraseKey.Cost cost = PassphraseKey.Cost.RECOMMENDED;
        try (SecretBytes key = PassphraseKey.derive(holder.password(), salt, cost)) {
          yield new Envelope(
              PASSWORD,
              ByteBuffer.allocate(PASSWORD_BYTES)
                  .put(salt)
                  .putInt(cost.iterations())
                  .putInt(cost.memoryKib())
                  .putInt(cost.lanes())
                  .put(AesKeyWrap.wrap(key, fileKey))
                  .array());
        }
      }
    };
  }

  /** The file key, when this envelope is for that opener; a wrong password is told. */
  Optional<SecretBytes> open(Opener opener) {
    return switch (opener) {
      case Opener.PrivateKey it -> kind == KEY ? opened(it.key()) : Optional.empty();
      case Opener.Password it ->
          kind == PASSWORD ? Optional.of(withPassword(it)) : Optional.empty();
    };
  }

  private Optional<SecretBytes> opened(SecretBytes key) {
    if (body.length != Hpke.PUBLIC_KEY_BYTES + SEALED_BYTES) {
      throw new CryptoException.Damaged("An envelope of this file has a wrong length.");
    }
    byte[] recipient = Arrays.copyOf(body, Hpke.PUBLIC_KEY_BYTES);
    if (!Arrays.equals(recipient, Hpke.publicKey(key))) {
      return Optional.empty();
    }
    return Optional.of(
        Hpke.open(
            key, INFO, recipient, Arrays.copyOfRange(body, Hpke.PUBLIC_KEY_BYTES, body.length)));
  }

  private SecretBytes withPassword(Opener.Password opener) {
    if (body.length != PASSWORD_BYTES) {
      throw new CryptoException.Damaged("An envelope of this file has a wrong length.");
    }
    ByteBuffer in = ByteBuffer.wrap(body);
    byte[] salt = new byte[PassphraseKey.SALT_BYTES];
    in.get(salt);
    int passes = in.getInt();
    int memory = in.getInt();
    PassphraseKey.Cost cost = new PassphraseKey.Cost(passes, memory, in.getInt());
    if (memory > MOST_MEMORY_KIB) {
      throw new CryptoException.Damaged("This file's password would take too much memory to try.");
    }
    byte[] wrapped = new byte[WRAPPED_BYTES];
    in.get(wrapped);
    try (SecretBytes key = PassphraseKey.derive(opener.password(), salt, cost)) {
      return AesKeyWrap.unwrap(key, wrapped);
    } catch (CryptoException.WrongKey wrong) {
      throw new CryptoException.WrongPassword("The password does not open this file.");
    }
  }
}
