package io.keymoor.crypto;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * One side of mutual TLS: an own key and certificate, and the one CA whose certificates the other
 * side must show. No public CA is ever trusted.
 *
 * @param key the own private key
 * @param certificate the own certificate, issued by {@code authority}
 * @param authority the CA that both sides trust
 */
public record TlsIdentity(PrivateKey key, X509Certificate certificate, X509Certificate authority) {
  /** A TLS 1.3 context (1.2 for peers without it) that presents and verifies certificates. */
  public SSLContext context() {
    return context(new KeyManager[] {presenting(certificate)});
  }

  /** Shows the own key with these certificates, of which the first is its own. */
  public KeyManager presenting(X509Certificate... chain) {
    return new PresentedKey(key, chain);
  }

  /** A context that verifies certificates of this CA and presents none. */
  public static SSLContext trusting(X509Certificate authority) {
    return context(new KeyManager[0], authority);
  }

  /** As {@link #context()}, with keys from elsewhere. */
  SSLContext context(KeyManager[] keys) {
    return context(keys, authority);
  }

  private static SSLContext context(KeyManager[] keys, X509Certificate authority) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trust(authority).getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException("could not set up TLS", impossible);
    }
  }

  /** Whether {@code own} is the private key of {@code certificate}. */
  public static boolean belongTogether(PrivateKey own, X509Certificate certificate) {
    byte[] probe = {'k', 'e', 'y', 'm', 'o', 'o', 'r'};
    try {
      Signature signer = Signature.getInstance("SHA256withECDSA");
      signer.initSign(own);
      signer.update(probe);
      byte[] signature = signer.sign();
      Signature verifier = Signature.getInstance("SHA256withECDSA");
      verifier.initVerify(certificate.getPublicKey());
      verifier.update(probe);
      return verifier.verify(signature);
    } catch (GeneralSecurityException noEcKey) {
      return false;
    }
  }

  private static TrustManagerFactory trust(X509Certificate authority)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("authority", authority);
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }

  @Override
  public String toString() {
    return "TlsIdentity[" + certificate.getSubjectX500Principal() + "]";
  }
}
