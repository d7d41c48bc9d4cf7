package io.keymoor.provider.standard;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts servers whose very certificate was confirmed, and those that a confirmed CA certified
 * under the name by which they are called. A certificate out of its time is not trusted either way.
 * Remembers what each server showed, trusted or not. Thread-safe.
 */
final class KmsTrust extends X509ExtendedTrustManager {
  private final Set<X509Certificate> trusted;
  private final Optional<X509ExtendedTrustManager> authorities;
  private final Map<String, X509Certificate> shown = new ConcurrentHashMap<>();

  KmsTrust(List<X509Certificate> trusted) {
    this.trusted = new HashSet<>(trusted);
    this.authorities =
        authorities(trusted.stream().filter(it -> it.getBasicConstraints() >= 0).toList());
  }

  /** The certificate that a server showed last. */
  Optional<X509Certificate> shownBy(KmsServer server) {
    return Optional.ofNullable(shown.get(place(server.host(), server.port())));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    if (socket instanceof SSLSocket tls) {
      SSLSession session = tls.getHandshakeSession();
      shown.put(place(String.valueOf(session.getPeerHost()), session.getPeerPort()), chain[0]);
    }
    if (isPinned(chain)) {
      return;
    }
    if (authorities.isEmpty()) {
      throw unknown();
    }
    authorities.get().checkServerTrusted(chain, authType, socket);
  }

  private boolean isPinned(X509Certificate[] chain) throws CertificateException {
    if (!trusted.contains(chain[0])) {
      return false;
    }
    chain[0].checkValidity();
    return true;
  }

  private static CertificateException unknown() {
    return new CertificateException("neither it nor its authority was confirmed here");
  }

  private static String place(String host, int port) {
    return host + ":" + port;
  }

  private static Optional<X509ExtendedTrustManager> authorities(List<X509Certificate> anchors) {
    if (anchors.isEmpty()) {
      return Optional.empty();
    }
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < anchors.size(); i++) {
        store.setCertificateEntry("authority" + i, anchors.get(i));
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager extended) {
          return Optional.of(extended);
        }
      }
      throw new IllegalStateException("this JDK has no X.509 trust manager");
    } catch (GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException("could not set up trust", impossible);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    // Whom a name belongs to can't be looked up here; nobody asks this way.
    throw unknown();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw unknown();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw unknown();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw unknown();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw unknown();
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
