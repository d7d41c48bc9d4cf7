package io.keymoor.kms.session;

import io.keymoor.kms.monitor.Metrics;
import io.keymoor.ttlv.Frames;
import io.keymoor.ttlv.Limits;
import io.keymoor.ttlv.MalformedTtlv;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, on a thread of its own.
 *
 * <p>Every step has a deadline, kept by {@link Watch}: the handshake, the wait for a message, the
 * message from its first byte to its last, the answer. A peer that sends a byte a minute is cut off
 * like one that sends none. A connection that ends without a request is normal and not worth a
 * word.
 */
final class Session implements Runnable, Watch.Watched {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  /** Kilobytes that a refused peer may still send. */
  private static final int MOST_UNHEARD = 64;

  private final Socket socket;
  private final TlsServer tls;
  private final SessionLimits limits;
  private final Conversation.Opener opener;
  private final SessionMetrics metrics;
  private final String peer;
  private volatile long deadline;

  Session(
      Socket socket,
      TlsServer tls,
      SessionLimits limits,
      Conversation.Opener opener,
      SessionMetrics metrics) {
    this.socket = socket;
    this.tls = tls;
    this.limits = limits;
    this.opener = opener;
    this.metrics = metrics;
    this.peer =
        socket.getRemoteSocketAddress() instanceof InetSocketAddress address
            ? address.getAddress().getHostAddress()
            : "?";
    allow(limits.handshake());
  }

  @Override
  public void run() {
    try (socket) {
      socket.setTcpNoDelay(true);
      SSLSocket secure = tls.over(socket);
      try {
        converse(secure);
      } catch (SSLException failed) {
        awaitHangUp();
        throw failed;
      }
      allow(FAREWELL);
      secure.shutdownOutput();
    } catch (MalformedTtlv malformed) {
      metrics.malformed().increment();
      LOG.info("{} sent what is no KMIP: {}", peer, malformed.getMessage());
    } catch (SSLException failed) {
      refused(failed);
    } catch (IOException ended) {
      // Peers vanish, and the watch cuts connections off; both are counted where they happen.
      LOG.debug("{}: {}", peer, ended.getMessage());
    } catch (RuntimeException unexpected) {
      LOG.error("A connection of {} failed unexpectedly", peer, unexpected);
    }
  }

  private void converse(SSLSocket secure) throws IOException {
    secure.startHandshake();
    Conversation conversation =
        opener.open((X509Certificate) secure.getSession().getPeerCertificates()[0], peer);
    metrics.accepted().increment();
    InputStream in = new Noticing(secure.getInputStream());
    OutputStream out = secure.getOutputStream();
    Limits frame = Limits.DEFAULT.withFrameBytes(limits.messageBytes());
    boolean open = true;
    while (open) {
      allow(limits.idle());
      Optional<byte[]> message = Frames.read(in, frame);
      if (message.isEmpty()) {
        return;
      }
      allow(limits.message());
      try {
        open = conversation.answer(message.get(), out);
      } finally {
        Arrays.fill(message.get(), (byte) 0);
      }
    }
  }

  /**
   * The peer may still be sending its part of the handshake. Closing on unread bytes resets the
   * connection, and the peer would see that instead of the alert that says why it is refused.
   */
  private void awaitHangUp() throws IOException {
    allow(FAREWELL);
    socket.shutdownOutput();
    byte[] unheard = new byte[1024];
    InputStream in = socket.getInputStream();
    for (int i = 0; i < MOST_UNHEARD && in.read(unheard) >= 0; i++) {
      // Nobody listens any more.
    }
  }

  private void refused(SSLException failed) {
    if (failed.getCause() instanceof EOFException || failed.getCause() instanceof SocketException) {
      metrics.silent().increment();
      return;
    }
    metrics.refused().increment();
    LOG.info("{} was refused: {}", peer, failed.getMessage());
  }

  private void allow(Duration time) {
    deadline = System.nanoTime() + time.toNanos();
  }

  @Override
  public boolean isLate(long now) {
    return now - deadline > 0;
  }

  @Override
  public void cut() {
    metrics.cut().increment();
    close();
  }

  void close() {
    try {
      // The plain socket: closing TLS politely would wait for the peer.
      socket.close();
    } catch (IOException gone) {
      LOG.debug("{}: {}", peer, gone.getMessage());
    }
  }

  /** The counters of all sessions. */
  record SessionMetrics(
      Metrics.Counter accepted,
      Metrics.Counter silent,
      Metrics.Counter refused,
      Metrics.Counter malformed,
      Metrics.Counter cut,
      Metrics.Counter overflow) {
    static SessionMetrics of(Metrics metrics) {
      return new SessionMetrics(
          counter(metrics, "accepted"),
          counter(metrics, "silent"),
          counter(metrics, "refused"),
          counter(metrics, "malformed"),
          counter(metrics, "cut_off"),
          counter(metrics, "over_limit"));
    }

    private static Metrics.Counter counter(Metrics metrics, String end) {
      return metrics.counter(
          "keymoor_kms_connections_total",
          "Connections by what became of them.",
          "outcome=\"" + end + "\"");
    }
  }

  /** Turns the idle time into the time for a message when its first byte arrives. */
  private final class Noticing extends FilterInputStream {
    Noticing(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      boolean first = length == 8 && offset == 0;
      int count = in.read(buffer, offset, length);
      if (first && count > 0) {
        allow(limits.message());
      }
      return count;
    }
  }
}
