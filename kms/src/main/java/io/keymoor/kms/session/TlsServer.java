package io.keymoor.kms.session;

import io.keymoor.crypto.TlsIdentity;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * This side of TLS: 1.3 and 1.2 with forward secrecy and authenticated encryption only, and a
 * registered client certificate demanded. Thread-safe.
 */
public final class TlsServer {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final List<String> SUITES =
      List.of(
          "TLS_AES_256_GCM_SHA384",
          "TLS_AES_128_GCM_SHA256",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");

  private final SSLContext context;
  private final SSLParameters parameters;

  private TlsServer(SSLContext context) {
    this.context = context;
    this.parameters = context.getDefaultSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setCipherSuites(
        Arrays.stream(context.getSupportedSSLParameters().getCipherSuites())
            .filter(SUITES::contains)
            .toArray(String[]::new));
    parameters.setNeedClientAuth(true);
  }

  /**
   * A server that shows {@code identity} and admits certificates whose fingerprints are registered.
   */
  public static TlsServer of(TlsIdentity identity, Predicate<String> registered) {
    try {
      KeyManager[] keys = {identity.presenting(identity.certificate(), identity.authority())};
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, new TrustManager[] {new KnownClients(registered)}, null);
      return new TlsServer(context);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("could not set up TLS", impossible);
    }
  }

  /** TLS over an accepted connection, not yet begun; it never closes the connection itself. */
  SSLSocket over(Socket accepted) throws IOException {
    SSLSocket tls =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(
                    accepted,
                    accepted.getInetAddress().getHostAddress(),
                    accepted.getPort(),
                    false);
    tls.setUseClientMode(false);
    tls.setSSLParameters(parameters);
    return tls;
  }
}
