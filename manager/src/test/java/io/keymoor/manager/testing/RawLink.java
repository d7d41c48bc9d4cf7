package io.keymoor.manager.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.protocol.LinkJson;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One connection of a host to its manager: mutual TLS and HTTP/1.1 by hand, so that a thousand
 * hosts in one process are a thousand hosts and not a thousand HTTP clients. For one thread at a
 * time.
 */
final class RawLink implements AutoCloseable {
  /** The manager answered, but not what was asked for; the connection goes on. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    Refused(String answer) {
      super(answer);
    }
  }

  private final String authority;
  private final SSLSocket socket;
  private final InputStream in;
  private final OutputStream out;

  RawLink(URI manager, SSLContext context) throws IOException {
    authority = manager.getAuthority();
    socket =
        (SSLSocket) context.getSocketFactory().createSocket(manager.getHost(), manager.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(120_000);
    socket.startHandshake();
    in = new BufferedInputStream(socket.getInputStream(), 2048);
    out = socket.getOutputStream();
  }

  <T> T post(String call, Object message, Class<T> answer) throws IOException {
    byte[] body = LinkJson.write(message);
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(
        ("POST /host-link/v1/"
                + call
                + " HTTP/1.1\r\nHost: "
                + authority
                + "\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(US_ASCII));
    request.writeBytes(body);
    out.write(request.toByteArray());
    out.flush();
    String status = line();
    int length = -1;
    for (String header = line(); !header.isEmpty(); header = line()) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(header.substring("content-length:".length()).strip());
      }
    }
    if (length < 0) {
      throw new IOException("an answer without its length: " + status);
    }
    byte[] reply = in.readNBytes(length);
    if (reply.length < length) {
      throw new EOFException("the manager closed the connection");
    }
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new Refused(status + " " + new String(reply, US_ASCII));
    }
    return LinkJson.read(reply, answer);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the manager closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException gone) {
      // It is to be gone.
    }
  }
}
