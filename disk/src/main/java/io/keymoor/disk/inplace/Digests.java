package io.keymoor.disk.inplace;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What recognises a journal that is torn. */
final class Digests {
  private Digests() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no SHA-256", e);
    }
  }

  /** Of the first {@code length} bytes. */
  static byte[] sha256(byte[] bytes, int length) {
    MessageDigest digest = sha256();
    digest.update(bytes, 0, length);
    return digest.digest();
  }
}
