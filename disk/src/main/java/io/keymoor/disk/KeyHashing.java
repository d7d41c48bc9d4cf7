package io.keymoor.disk;

/**
 * Hashing as keyslots take it: thousands of times over. Thread-safe.
 *
 * <p>Hashes have the names the Java runtime has for them: SHA-1, SHA-256, SHA-512. Where a method
 * says no, what it was to fill holds anything, and the Java runtime does it.
 */
public interface KeyHashing {
  /**
   * PBKDF2 (RFC 8018) with HMAC: fills {@code derived}, which the caller erases.
   *
   * @return whether it did
   */
  boolean pbkdf2(String hash, byte[] password, byte[] salt, int iterations, byte[] derived);

  /**
   * Condenses the first stripes of an anti-forensic splitter into {@code state}, which is as long
   * as one of them and begins with zeros: for each, {@code state = diffuse(state ^ stripe)}.
   *
   * @return whether it did
   */
  boolean condense(String hash, byte[] material, int stripes, byte[] state);
}
