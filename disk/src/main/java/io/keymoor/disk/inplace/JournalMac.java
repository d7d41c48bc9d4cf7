package io.keymoor.disk.inplace;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.disk.xts.TransientKey;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;

/**
 * HMAC-SHA-256 under HMAC-SHA-256(volume key, "keymoor/in-place/v1"). The volume key is the new
 * one, or the old one where the disk becomes clear. Used by one thread at a time.
 */
final class JournalMac implements AutoCloseable {
  private static final byte[] LABEL = "keymoor/in-place/v1".getBytes(US_ASCII);
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretBytes key;

  /** Derives its key; the volume key stays the caller's. */
  JournalMac(SecretBytes volumeKey) {
    this.key = SecretBytes.takeOver(mac(volumeKey, LABEL, LABEL.length));
  }

  /** Puts the MAC of the first {@code length} bytes of {@code block} behind them. */
  void seal(byte[] block, int length) {
    byte[] tag = mac(key, block, length);
    System.arraycopy(tag, 0, block, length, tag.length);
  }

  /** Whether the MAC behind the first {@code length} bytes is theirs. */
  boolean matches(byte[] block, int length) {
    byte[] tag = mac(key, block, length);
    return MessageDigest.isEqual(tag, Arrays.copyOfRange(block, length, length + tag.length));
  }

  private static byte[] mac(SecretBytes key, byte[] message, int length) {
    return ClearBytes.<byte[], RuntimeException>read(
        key,
        clear -> {
          try (TransientKey transientKey = TransientKey.copyOf(ALGORITHM, clear, 0, clear.length)) {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(transientKey);
            mac.update(message, 0, length);
            return mac.doFinal();
          } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no " + ALGORITHM, e);
          }
        });
  }

  @Override
  public void close() {
    key.close();
  }
}
