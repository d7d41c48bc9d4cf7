package io.keymoor.kms.session;

import io.keymoor.crypto.CertificateAuthority;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts exactly the certificates that were registered, each by its SHA-256 fingerprint.
 *
 * <p>Who issued a certificate does not matter: a vCenter's self-signed one is as good as one of our
 * own authority, and removing it from the register is all it takes to lock its owner out.
 */
final class KnownClients extends X509ExtendedTrustManager {
  private final Predicate<String> registered;

  KnownClients(Predicate<String> registered) {
    this.registered = registered;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    if (chain.length == 0) {
      throw new CertificateException("no certificate was shown");
    }
    chain[0].checkValidity();
    String fingerprint = CertificateAuthority.fingerprint(chain[0]);
    if (!registered.test(fingerprint)) {
      throw new CertificateException(
          "the certificate of "
              + chain[0].getSubjectX500Principal()
              + " is not registered (SHA-256 "
              + fingerprint
              + ")");
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("this side is the server");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, type);
  }

  /** Empty: a list would only make clients hold back certificates of other issuers. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
