package io.keymoor.kms.session;

import io.keymoor.kms.monitor.Metrics;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections on one address and serves each on a virtual thread. Thread-safe. */
public final class Listener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
  private static final int BACKLOG = 1024;

  private final ServerSocket server;
  private final TlsServer tls;
  private final SessionLimits limits;
  private final Conversation.Opener opener;
  private final Session.SessionMetrics metrics;
  private final Watch watch = new Watch();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread acceptor;
  private volatile boolean closed;

  private Listener(
      ServerSocket server,
      TlsServer tls,
      SessionLimits limits,
      Conversation.Opener opener,
      Metrics metrics) {
    this.server = server;
    this.tls = tls;
    this.limits = limits;
    this.opener = opener;
    this.metrics = Session.SessionMetrics.of(metrics);
    metrics.gauge("keymoor_kms_connections", "Connections that are open.", watch::size);
    this.acceptor = Thread.ofPlatform().name("kms-accept").start(this::acceptForEver);
  }

  /**
   * Listens.
   *
   * @throws IOException when the address cannot be had
   */
  public static Listener start(
      InetSocketAddress address,
      TlsServer tls,
      SessionLimits limits,
      Conversation.Opener opener,
      Metrics metrics)
      throws IOException {
    ServerSocket server = new BufferingServer();
    try {
      server.bind(address, BACKLOG);
    } catch (IOException taken) {
      server.close();
      throw taken;
    }
    return new Listener(server, tls, limits, opener, metrics);
  }

  /** The port it listens on. */
  public int port() {
    return server.getLocalPort();
  }

  private void acceptForEver() {
    while (!closed) {
      try {
        accept(server.accept());
      } catch (IOException failure) {
        if (!closed) {
          // Out of file descriptors, most likely: existing connections go on, and may end.
          LOG.warn("A connection could not be accepted: {}", failure.getMessage());
        }
      }
    }
  }

  private void accept(Socket socket) throws IOException {
    if (watch.size() >= limits.connections()) {
      metrics.overflow().increment();
      socket.close();
      return;
    }
    Session session = new Session(socket, tls, limits, opener, metrics);
    watch.add(session);
    threads.execute(() -> {
      try {
        session.run();
      } finally {
        watch.remove(session);
      }
    });
  }

  /** Accepts sockets that are read in large pieces. */
  private static final class BufferingServer extends ServerSocket {
    BufferingServer() throws IOException {
      super();
    }

    @Override
    public Socket accept() throws IOException {
      Socket socket = new BufferingSocket();
      implAccept(socket);
      return socket;
    }
  }

  /** TLS asks for the five bytes of a record's header first; without a buffer, of the system. */
  private static final class BufferingSocket extends Socket {
    private static final int BYTES = 2048;
    private @Nullable InputStream in;

    @Override
    public InputStream getInputStream() throws IOException {
      InputStream known = in;
      if (known == null) {
        known = new BufferedInputStream(super.getInputStream(), BYTES);
        in = known;
      }
      return known;
    }
  }

  /** Stops listening, cuts every connection, and waits for what they were doing. */
  @Override
  public void close() {
    closed = true;
    try {
      server.close();
    } catch (IOException failure) {
      LOG.debug("closing: {}", failure.getMessage());
    }
    try {
      acceptor.join();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
    watch.all().forEach(one -> ((Session) one).close());
    threads.close();
    watch.close();
  }
}
