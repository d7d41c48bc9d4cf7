package io.keymoor.manager.rest;

import java.io.ByteArrayOutputStream;
import java.security.KeyStore;
import javax.crypto.spec.SecretKeySpec;

/** A PKCS#12 file that is no provider backup. */
final class ForeignFile {
  private ForeignFile() {}

  static byte[] pkcs12(String password) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      char[] characters = password.toCharArray();
      store.setEntry(
          "theirs",
          new KeyStore.SecretKeyEntry(new SecretKeySpec(new byte[32], "AES")),
          new KeyStore.PasswordProtection(characters));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      store.store(out, characters);
      return out.toByteArray();
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
