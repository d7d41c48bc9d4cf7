package io.keymoor.systemtests.kms;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy before one server, which does to connections what networks and ailing servers do.
 *
 * <p>It has a loopback address of its own, so that its port is still free when it listens again
 * after having refused for a while. Thread-safe.
 */
public final class Wire implements AutoCloseable {
  private static final int CHUNK = 16 * 1024;

  private final InetSocketAddress place;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile Optional<InetSocketAddress> target = Optional.empty();
  private volatile WireFault fault = new WireFault.None();
  private Optional<ServerSocket> listener;

  private Wire(ServerSocket listener) {
    this.place = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    this.listener = Optional.of(listener);
    accept(listener);
  }

  /** A wire that leads nowhere yet. */
  public static Wire laid() {
    SecureRandom random = new SecureRandom();
    byte[] address = {
      127, (byte) random.nextInt(64, 128), (byte) random.nextInt(256), (byte) random.nextInt(1, 255)
    };
    try {
      return laid(InetAddress.getByAddress(address));
    } catch (IOException none) {
      throw new UncheckedIOException(none);
    }
  }

  private static Wire laid(InetAddress address) {
    try {
      return new Wire(listening(new InetSocketAddress(address, 0)));
    } catch (IOException none) {
      throw new UncheckedIOException(none);
    }
  }

  /** Another wire to the same server, at this one's address and a port of its own. */
  public Wire another() {
    Wire wire = laid(place.getAddress());
    target.ifPresent(wire::leadTo);
    return wire;
  }

  private static ServerSocket listening(InetSocketAddress where) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(where);
    return socket;
  }

  /** Connects it with a server. */
  public void leadTo(InetSocketAddress server) {
    target = Optional.of(server);
  }

  /** Its address. */
  public String host() {
    return place.getAddress().getHostAddress();
  }

  /** Its port. */
  public int port() {
    return place.getPort();
  }

  /** Its address and port, as {@code --kms} takes them. */
  public String name() {
    return host() + ":" + place.getPort();
  }

  /** From now on this is wrong with it; connections that there are end. */
  public synchronized void suffer(WireFault now) {
    fault = now;
    if (now instanceof WireFault.Refused) {
      listener.ifPresent(Wire::closeQuietly);
      listener = Optional.empty();
    } else if (listener.isEmpty()) {
      try {
        ServerSocket again = listening(place);
        listener = Optional.of(again);
        accept(again);
      } catch (IOException taken) {
        throw new UncheckedIOException(taken);
      }
    }
    sockets.forEach(this::drop);
  }

  private void accept(ServerSocket at) {
    Thread.ofVirtual()
        .name("wire")
        .start(() -> {
          while (!at.isClosed()) {
            try {
              Socket client = at.accept();
              sockets.add(client);
              Thread.ofVirtual().start(() -> serve(client, fault));
            } catch (IOException closed) {
              return;
            }
          }
        });
  }

  private void serve(Socket client, WireFault now) {
    switch (now) {
      case WireFault.Refused _ -> drop(client);
      case WireFault.Silent _ -> {}
      case WireFault.Diverted(InetSocketAddress to) -> join(client, to, now);
      case WireFault.None _, WireFault.Slow _, WireFault.CutAnswer _ ->
          target.ifPresentOrElse(to -> join(client, to, now), () -> drop(client));
    }
  }

  private void join(Socket client, InetSocketAddress to, WireFault now) {
    Socket server = new Socket();
    sockets.add(server);
    try {
      server.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
      server.connect(to);
    } catch (IOException away) {
      drop(client);
      drop(server);
      return;
    }
    Line line = new Line(client, server);
    Thread.ofVirtual().start(line::carryQuestions);
    switch (now) {
      case WireFault.Slow(java.time.Duration delay) -> line.carryAnswersLate(delay.toNanos());
      case WireFault.CutAnswer cut -> line.carryAnswersUntil(cut);
      case WireFault.None _, WireFault.Diverted _, WireFault.Refused _, WireFault.Silent _ ->
          line.carryAnswers();
    }
  }

  /** One connection through the wire. */
  private final class Line {
    private final Socket client;
    private final Socket server;

    /** How often the client spoke after the server; in TLS 1.3 its first answer sets TLS up. */
    private final AtomicInteger turns = new AtomicInteger();

    private final AtomicInteger ended = new AtomicInteger();

    private volatile boolean serverSpoke = true;

    Line(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void carryQuestions() {
      carry(
          client,
          server,
          (chunk, out) -> {
            if (serverSpoke) {
              turns.incrementAndGet();
              serverSpoke = false;
            }
            out.write(chunk);
            return true;
          });
    }

    void carryAnswers() {
      carry(
          server,
          client,
          (chunk, out) -> {
            out.write(chunk);
            return true;
          });
    }

    void carryAnswersUntil(WireFault.CutAnswer cut) {
      carry(
          server,
          client,
          (chunk, out) -> {
            if (!cut.happened().get()
                && cut.which().getAsBoolean()
                && cut.happened().compareAndSet(false, true)) {
              out.write(chunk, 0, Math.min(chunk.length, cut.bytes()));
              return false;
            }
            out.write(chunk);
            return true;
          });
    }

    void carryAnswersLate(long delayNanos) {
      LinkedBlockingQueue<Late> queue = new LinkedBlockingQueue<>();
      Thread.ofVirtual().start(() -> deliver(queue));
      carry(
          server,
          client,
          (chunk, _) -> {
            long delay = turns.get() <= 1 ? 0 : delayNanos;
            serverSpoke = true;
            queue.add(new Late(System.nanoTime() + delay, chunk));
            return true;
          });
    }

    private void deliver(LinkedBlockingQueue<Late> queue) {
      try {
        while (!client.isClosed()) {
          Late next = queue.take();
          for (long left = next.left(); left > 0; left = next.left()) {
            LockSupport.parkNanos(left);
          }
          client.getOutputStream().write(next.chunk());
        }
      } catch (IOException gone) {
        end();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private void carry(Socket from, Socket to, Carrier carrier) {
      byte[] buffer = new byte[CHUNK];
      boolean whole = true;
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int read = in.read(buffer); read >= 0 && whole; read = whole ? in.read(buffer) : -1) {
          whole = carrier.carry(Arrays.copyOf(buffer, read), out);
        }
        to.shutdownOutput();
      } catch (IOException gone) {
        // Ends are ends, however they come.
      }
      // A server that hangs up has often said why; the client is to have time to read it.
      if (!whole || ended.incrementAndGet() == 2) {
        end();
      }
    }

    private void end() {
      drop(client);
      drop(server);
    }
  }

  /** Passes bytes on; false when the connection is to end. */
  @FunctionalInterface
  private interface Carrier {
    boolean carry(byte[] chunk, OutputStream out) throws IOException;
  }

  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  private record Late(long dueNanos, byte[] chunk) {
    long left() {
      return dueNanos - System.nanoTime();
    }
  }

  private void drop(Socket socket) {
    sockets.remove(socket);
    closeQuietly(socket);
  }

  private static void closeQuietly(java.io.Closeable open) {
    try {
      open.close();
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  @Override
  public synchronized void close() {
    listener.ifPresent(Wire::closeQuietly);
    listener = Optional.empty();
    sockets.forEach(this::drop);
  }
}
