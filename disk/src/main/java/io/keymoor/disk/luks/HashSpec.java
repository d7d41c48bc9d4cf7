package io.keymoor.disk.luks;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The hash of a header: drives PBKDF2 and the anti-forensic splitter. */
public enum HashSpec {
  /** Read for old containers, never written. */
  SHA1("sha1", "SHA-1", "HmacSHA1"),
  SHA256("sha256", "SHA-256", "HmacSHA256"),
  SHA512("sha512", "SHA-512", "HmacSHA512");

  private final String luksName;
  private final String digestName;
  private final String macName;

  HashSpec(String luksName, String digestName, String macName) {
    this.luksName = luksName;
    this.digestName = digestName;
    this.macName = macName;
  }

  /** The hash that a header names, in any case. */
  public static Optional<HashSpec> named(String name) {
    return Arrays.stream(values())
        .filter(spec -> spec.luksName.equals(name.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  /** The name in the header. */
  public String luksName() {
    return luksName;
  }

  /** As the Java runtime names it. */
  String digestName() {
    return digestName;
  }

  String macName() {
    return macName;
  }

  /** A fresh digest. */
  public MessageDigest digest() {
    try {
      return MessageDigest.getInstance(digestName);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no " + digestName, e);
    }
  }
}
