package io.keymoor.manager.domain;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CertificateRequest;
import io.keymoor.crypto.Pem;
import java.security.cert.X509Certificate;
import java.util.UUID;

/**
 * Gives hosts their certificates. The name is the host's id under a prefix that no administrator's
 * certificate has, so neither can pass for the other. Thread-safe.
 *
 * @param authority the manager's CA
 * @param managerUrl where hosts connect
 */
public record CertificateIssuer(CertificateAuthority authority, String managerUrl) {
  /** How names of hosts' certificates begin. */
  public static final String HOST_PREFIX = "host:";

  /** The CA's certificate, PEM. */
  public String authorityPem() {
    return Pem.certificate(authority.certificate());
  }

  X509Certificate forHost(UUID host, CertificateRequest request) {
    return authority.issueClient(request.publicKey(), HOST_PREFIX + host);
  }
}
