package io.keymoor.manager.domain.model;

import java.time.Instant;

/**
 * A host's certificate that opens nothing any more.
 *
 * @param fingerprint its SHA-256
 * @param hostName its host's name then
 * @param reason why
 * @param at since when
 */
public record FormerCertificate(String fingerprint, String hostName, Reason reason, Instant at) {
  /** Why a certificate is no longer accepted. */
  public enum Reason {
    /** The host has a newer one. */
    REPLACED,
    /** The host was removed. */
    REMOVED
  }
}
