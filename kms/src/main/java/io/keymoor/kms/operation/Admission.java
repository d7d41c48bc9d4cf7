package io.keymoor.kms.operation;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.store.Clients;
import io.keymoor.kms.store.KmsStoreException;
import io.keymoor.kms.store.RecentClients;
import java.security.cert.X509Certificate;
import java.time.InstantSource;

/**
 * Whether a connection's certificate is let in, asked again for every request.
 *
 * <p>TLS asks once, and not at all when a client resumes a session: without this, a client that was
 * removed, or whose certificate ended, would go on as long as it keeps its connection or its
 * session.
 */
final class Admission {
  private final RecentClients clients;
  private final X509Certificate certificate;
  private final String fingerprint;
  private final InstantSource clock;

  Admission(RecentClients clients, X509Certificate certificate, InstantSource clock) {
    this.clients = clients;
    this.certificate = certificate;
    this.fingerprint = CertificateAuthority.fingerprint(certificate);
    this.clock = clock;
  }

  /**
   * Whose certificate it is, as of the last second.
   *
   * @throws KmipFailure when nobody's any more, or the database cannot say
   */
  Clients.Entry client() {
    if (certificate.getNotAfter().toInstant().isBefore(clock.instant())) {
      throw refused("The certificate of this connection ended on " + certificate.getNotAfter());
    }
    try {
      return clients
          .byCertificate(fingerprint)
          .orElseThrow(
              () -> refused("The certificate of this connection is not registered any more"));
    } catch (KmsStoreException silent) {
      throw BatchRunner.unavailable();
    }
  }

  private static KmipFailure refused(String why) {
    return new KmipFailure(
        ResultReason.AUTHENTICATION_NOT_SUCCESSFUL,
        why
            + ". Nothing was done; the KMS's administrator lets a certificate in with"
            + " 'keymoor kms client add'.");
  }
}
