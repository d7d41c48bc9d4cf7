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
}
