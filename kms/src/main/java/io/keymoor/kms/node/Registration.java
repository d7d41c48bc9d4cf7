package io.keymoor.kms.node;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CertificateRequest;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kms.policy.Client;
import io.keymoor.kms.policy.PasswordCheck;
import io.keymoor.kms.store.Clients;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/** Lets clients in: by a certificate of their own, by signing their request, or by a new key. */
public final class Registration {
  private final Clients clients;
  private final CertificateAuthority authority;
  private final SecureRandom random;

  public Registration(Clients clients, CertificateAuthority authority, SecureRandom random) {
    this.clients = clients;
    this.authority = authority;
    this.random = random;
  }

  /** Registers a certificate that the client has, whoever issued it. */
  public void certificate(
      Client client, X509Certificate certificate, Optional<SecretBytes> password, Instant now) {
    Clients.Certificate known =
        new Clients.Certificate(
            CertificateAuthority.fingerprint(certificate), certificate.getNotAfter().toInstant());
    Clients.Entry entry =
        new Clients.Entry(client, password.map(it -> PasswordCheck.of(it, random)));
    if (!clients.add(entry, known, now)) {
      throw new NodeException(
          "There is a client "
              + client.name()
              + " with another group or role already. Nothing was"
              + " changed; remove it first or choose another name.");
    }
  }

  /** Signs a client's request and registers the certificate. */
  public X509Certificate request(
      Client client, String pem, Optional<SecretBytes> password, Instant now) {
    X509Certificate certificate =
        authority.issueClient(CertificateRequest.parse(pem).publicKey(), client.name());
    certificate(client, certificate, password, now);
    return certificate;
  }

  /** Makes a key and a certificate for a client, and registers it. */
  public TlsIdentity identity(Client client, Optional<SecretBytes> password, Instant now) {
    TlsIdentity identity = authority.newClientIdentity(client.name());
    certificate(client, identity.certificate(), password, now);
    return identity;
  }
}
