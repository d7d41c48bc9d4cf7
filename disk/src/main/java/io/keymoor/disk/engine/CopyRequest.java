package io.keymoor.disk.engine;

/**
 * A copy from one image to a new one: encryption, decryption, re-encryption or mere conversion, as
 * the keys on the two sides have it.
 *
 * @param verify whether to open the target again and compare all of it with what was read
 */
public record CopyRequest(SourceImage source, TargetImage target, boolean verify) {
  /** A verified copy. */
  public CopyRequest(SourceImage source, TargetImage target) {
    this(source, target, true);
  }
}
