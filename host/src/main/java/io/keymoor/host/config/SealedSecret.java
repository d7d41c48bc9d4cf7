package io.keymoor.host.config;

import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.SealedBox;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A secret inside the configuration, in a sealed box of its own that is bound to its place, so that
 * the document around it is handled as text without a key ever being in it.
 *
 * @param box the box, base64
 */
public record SealedSecret(String box) {
  private static final int MAX_LENGTH = 16 * 1024;
  private static final String PURPOSE = "host/configuration/";

  public SealedSecret {
    if (box.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("a sealed secret is shorter than this");
    }
    Base64.getDecoder().decode(box);
  }

  /** Seals {@code secret} for one place, such as "tls". */
  static SealedSecret of(SecretBytes key, String place, SecretBytes secret, SecureRandom random) {
    byte[] box = SealedBox.seal(key, PURPOSE + place, secret, random);
    return new SealedSecret(Base64.getEncoder().encodeToString(box));
  }

  /**
   * The secret, owned by the caller.
   *
   * @throws CryptoException when it does not open under this key for this place
   */
  SecretBytes open(SecretBytes key, String place) {
    return SealedBox.open(key, PURPOSE + place, Base64.getDecoder().decode(box));
  }

  @Override
  public String toString() {
    return "SealedSecret[" + box.length() + " characters]";
  }
}
