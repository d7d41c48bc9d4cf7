package io.keymoor.manager.domain;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CertificateLife;
import io.keymoor.crypto.CertificateRequest;
import io.keymoor.crypto.Pem;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Gives hosts their certificates. The name is the host's id under a prefix that no administrator's
 * certificate has, so neither can pass for the other. Thread-safe.
 *
 * @param authority the manager's CA
 * @param managerUrl where hosts connect
 */
public record CertificateIssuer(CertificateAuthority authority, String managerUrl) {
  private static final Duration NOTICE = Duration.ofDays(2 * 365);

  /** How names of hosts' certificates begin. */
  public static final String HOST_PREFIX = "host:";

  /** The CA's certificate, PEM. */
  public String authorityPem() {
    return Pem.certificate(authority.certificate());
  }

  /** What is wrong with the CA, which nothing renews by itself. */
  Optional<String> complaint(Instant now) {
    Instant ends = CertificateLife.of(authority.certificate()).ends();
    return ends.minus(NOTICE).isAfter(now)
        ? Optional.empty()
        : Optional.of(
            "This manager's CA ends on "
                + ends
                + ", and with it every certificate of hosts and administrators. Set up a manager"
                + " with a new CA before that, as docs/operations.md says");
  }

  X509Certificate forHost(UUID host, CertificateRequest request) {
    return authority.issueClient(request.publicKey(), HOST_PREFIX + host);
  }
}
