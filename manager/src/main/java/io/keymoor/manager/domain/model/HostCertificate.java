package io.keymoor.manager.domain.model;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The certificates with which a host may open the link.
 *
 * @param host the host, whose {@link Host.Identity#fingerprint} is the one in use
 * @param expires when that one ends
 * @param next the one that replaces it when it is used for the first time
 */
public record HostCertificate(UUID host, Instant expires, Optional<Next> next) {
  /**
   * A certificate that was issued and not used yet.
   *
   * @param fingerprint its SHA-256
   * @param expires when it ends
   */
  public record Next(String fingerprint, Instant expires) {}
}
