package io.keymoor.manager.domain.model;

import java.time.Instant;

/**
 * An authority of a TPM maker that an administrator trusts.
 *
 * @param fingerprint SHA-256 of its certificate, as people compare it
 * @param subject whose it is
 * @param ends when it ends
 * @param certificate DER
 * @param added when it was added
 */
public record TpmAuthority(
    String fingerprint, String subject, Instant ends, Bytes certificate, Instant added) {
  /** What tasks and audit events call it. */
  public ObjectRef ref() {
    return new ObjectRef("tpm_authority", fingerprint, subject);
  }
}
