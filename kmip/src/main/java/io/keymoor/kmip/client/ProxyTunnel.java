package io.keymoor.kmip.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/**
 * Asks an HTTP proxy for a tunnel (RFC 9110 section 9.3.6):
 *
 * <pre>
 *   CONNECT kms1.example:5696 HTTP/1.1
 *   Host: kms1.example:5696
 * </pre>
 */
final class ProxyTunnel {
  private static final int MOST_BYTES = 8 * 1024;

  private ProxyTunnel() {}

  /** Returns when what is written to {@code wire} goes to {@code server}. */
  static void open(Socket wire, Endpoint proxy, Endpoint server) throws IOException {
    String request = "CONNECT " + server + " HTTP/1.1\r\nHost: " + server + "\r\n\r\n";
    wire.getOutputStream().write(request.getBytes(US_ASCII));
    wire.getOutputStream().flush();
    String status = answer(wire.getInputStream()).lines().findFirst().orElse("");
    if (!status.matches("HTTP/1\\.[01] 2\\d\\d( .*)?")) {
      throw new ConnectFailure(
          server,
          Layer.TCP,
          "the proxy "
              + proxy
              + " opens no way to "
              + server
              + " ("
              + printable(status)
              + "); check what the proxy allows, and that the server runs",
          null);
    }
  }

  /** The head of the answer and not a byte more: what follows is TLS. */
  private static String answer(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (head.size() < MOST_BYTES) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      head.write(next);
      if (next == '\n' && head.toString(US_ASCII).endsWith("\r\n\r\n")) {
        break;
      }
    }
    return head.toString(US_ASCII);
  }

  private static String printable(String status) {
    String shown = status.replaceAll("[^\\x20-\\x7e]", "?");
    return shown.isEmpty() ? "it said nothing" : shown.substring(0, Math.min(80, shown.length()));
  }
}
