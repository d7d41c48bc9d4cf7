package io.keymoor.kmip.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Opens connections: name, TCP, TLS, each failure with its {@link Layer}. Thread-safe. */
final class Connector {
  private final ClientSettings settings;

  Connector(ClientSettings settings) {
    this.settings = settings;
  }

  Connection connect(Endpoint server, Deadline call) throws ConnectFailure {
    ServerOptions options = settings.options(server);
    Deadline deadline = call.butAtMost(options.connectTimeout().orElse(settings.connectTimeout()));
    Endpoint first = options.proxy().orElse(server);
    InetAddress[] addresses = addresses(first, deadline);
    Socket wire = open(first, addresses, deadline);
    try (Deadline.Guard _ = deadline.guard(() -> closeQuietly(wire))) {
      if (options.proxy().isPresent()) {
        ProxyTunnel.open(wire, options.proxy().get(), server);
      }
      return secure(server, wire);
    } catch (IOException e) {
      closeQuietly(wire);
      throw ConnectFailure.of(server, e, Layer.TLS);
    }
  }

  /**
   * An address as it is, however little time is left: no resolver is to blame for what it isn't
   * asked.
   */
  private static InetAddress[] addresses(Endpoint server, Deadline deadline) throws ConnectFailure {
    InetAddress literal;
    try {
      literal = InetAddress.ofLiteral(server.host());
    } catch (IllegalArgumentException name) {
      return resolve(server, deadline);
    }
    return new InetAddress[] {literal};
  }

  /** On a thread of its own, because a resolver waits as long as it likes. */
  private static InetAddress[] resolve(Endpoint server, Deadline deadline) throws ConnectFailure {
    if (deadline.isOver()) {
      throw ConnectFailure.unresolved(server);
    }
    FutureTask<InetAddress[]> lookUp =
        new FutureTask<>(() -> InetAddress.getAllByName(server.host()));
    Thread.ofVirtual().name("kmip-resolve").start(lookUp);
    try {
      return lookUp.get(deadline.leftNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw ConnectFailure.unresolved(server);
    } catch (ExecutionException e) {
      UnknownHostException unknown = new UnknownHostException(server.host());
      unknown.initCause(e);
      throw ConnectFailure.of(server, unknown, Layer.DNS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ConnectFailure.of(server, e, Layer.DNS);
    }
  }

  private static Socket open(Endpoint server, InetAddress[] addresses, Deadline deadline)
      throws ConnectFailure {
    IOException last = new SocketTimeoutException("no time left");
    for (InetAddress address : addresses) {
      Socket socket = new Socket();
      try {
        // Requests are small and one at a time: waiting for more to send only costs.
        socket.setTcpNoDelay(true);
        // A firewall that forgot an idle connection says nothing; without probes it would be taken
        // for a server that is slow to answer.
        socket.setKeepAlive(true);
        socket.connect(new InetSocketAddress(address, server.port()), deadline.leftMillis());
        return socket;
      } catch (IOException e) {
        closeQuietly(socket);
        last = e;
      }
    }
    throw ConnectFailure.of(server, last, Layer.TCP);
  }

  private Connection secure(Endpoint server, Socket wire) throws IOException {
    SSLSocket tls =
        (SSLSocket)
            settings
                .tls()
                .getSocketFactory()
                .createSocket(wire, server.host(), server.port(), true);
    tls.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    if (settings.verifyHostName()) {
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      tls.setSSLParameters(parameters);
    }
    tls.startHandshake();
    return new Connection(server, wire, tls, settings.limits());
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Closed is closed.
    }
  }
}
