package io.keymoor.cli.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Asks a server that hung up whether it did so because of our certificate.
 *
 * <p>In TLS 1.3 the server looks at the client's certificate when the client has long finished and
 * sent its request (RFC 8446, section 4.4.4). A server that closes with that request unread resets
 * the connection, and the reset discards the alert before it is read. Connecting once more without
 * sending anything leaves nothing to reset, so the alert arrives.
 */
final class LateAlert {
  private static final int CONNECT_MILLISECONDS = 5_000;
  private static final int ALERT_MILLISECONDS = 1_000;

  private LateAlert() {}

  /**
   * Returns the failure that explains {@code failure} better: the one with the alert if the server
   * gives one, else {@code failure} itself with what was seen suppressed.
   */
  static IOException lookFor(URI manager, SSLContext tls, IOException failure) {
    String host = manager.getHost();
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(host, Reachability.port(manager)), CONNECT_MILLISECONDS);
      plain.setSoTimeout(ALERT_MILLISECONDS);
      try (SSLSocket socket =
          (SSLSocket)
              tls.getSocketFactory().createSocket(plain, host, Reachability.port(manager), true)) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        // A server that accepts us waits for a request: the read times out.
        int unasked = socket.getInputStream().read();
        failure.addSuppressed(new IOException("a second connection read " + unasked));
        return failure;
      }
    } catch (IOException second) {
      if (Reachability.aboutOurCertificate(second).isPresent()) {
        return second;
      }
      failure.addSuppressed(second);
      return failure;
    }
  }
}
