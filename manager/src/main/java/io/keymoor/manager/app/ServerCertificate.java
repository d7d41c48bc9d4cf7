package io.keymoor.manager.app;

import io.keymoor.crypto.CertificateLife;
import io.keymoor.crypto.RenewableIdentity;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's own certificate. The manager's CA renews it, with a new key, when two thirds of its
 * life are over, at the start or while the server runs: connections go on, new ones see the new
 * certificate. Files of which a crash left only one renewed are renewed together. Thread-safe.
 */
final class ServerCertificate {
  private static final Logger LOG = LoggerFactory.getLogger(ServerCertificate.class);

  private final Path directory;
  private final Pki pki;
  private final SecretBytes rootKey;
  private final List<String> names;
  private final InstantSource clock;
  private final SecureRandom random;
  private final RenewableIdentity identity;

  ServerCertificate(
      Path directory,
      Pki pki,
      SecretBytes rootKey,
      List<String> names,
      InstantSource clock,
      SecureRandom random) {
    this.directory = directory;
    this.pki = pki;
    this.rootKey = rootKey;
    this.names = List.copyOf(names);
    this.clock = clock;
    this.random = random;
    this.identity = new RenewableIdentity(pki.server());
    renewIfDue();
  }

  /** Serves with the present certificate, whichever that is. */
  SSLContext context() {
    return identity.context();
  }

  /** True when it was renewed. */
  synchronized boolean renewIfDue() {
    TlsIdentity present = identity.present();
    CertificateLife life = CertificateLife.of(present.certificate());
    if (TlsIdentity.belongTogether(present.key(), present.certificate())
        && clock.instant().isBefore(life.renewal())) {
      return false;
    }
    TlsIdentity renewed = pki.authority().newServerIdentity(Pki.SERVER_NAME, names);
    pki.writeServer(directory, renewed, rootKey, random);
    identity.replace(renewed);
    LOG.info(
        "The manager's server certificate was renewed; the new one ends on {}.",
        CertificateLife.of(renewed.certificate()).ends());
    return true;
  }
}
