package io.keymoor.crypto;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/**
 * From when to when a certificate is valid, and when to renew it.
 *
 * @param begins the first instant
 * @param ends the last one
 */
public record CertificateLife(Instant begins, Instant ends) {
  /** That of {@code certificate}. */
  public static CertificateLife of(X509Certificate certificate) {
    return new CertificateLife(
        certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant());
  }

  /** When two thirds of it are over: early enough for months of failed attempts. */
  public Instant renewal() {
    return begins.plus(length().multipliedBy(2).dividedBy(3));
  }

  /** How long it is. */
  public Duration length() {
    return Duration.between(begins, ends);
  }

  /** Whether it is over. */
  public boolean isOver(Instant now) {
    return now.isAfter(ends);
  }

  /** Whether it has not begun: a clock is wrong. */
  public boolean isAhead(Instant now) {
    return now.isBefore(begins);
  }
}
