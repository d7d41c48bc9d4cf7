package io.keymoor.kms.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A network of one's own before a server: passes bytes on, until it is told to drop the answers and
 * cut the connection once the server has given one.
 */
public final class CuttingProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final InetSocketAddress target;
  private volatile boolean cutting;
  private final AtomicLong cuts = new AtomicLong();

  /** Before a server at this port of 127.0.0.1. */
  public CuttingProxy(int port) {
    this(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  /** Before a server. */
  public CuttingProxy(InetSocketAddress target) {
    this.target = target;
    try {
      this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /** Where it listens. */
  public String place() {
    return "127.0.0.1:" + listening.getLocalPort();
  }

  /** From now on, the next answer of the server is lost and its connection cut. */
  public void loseAnswers(boolean lose) {
    cutting = lose;
  }

  /** How many answers were lost. */
  public long cuts() {
    return cuts.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket server = new Socket(target.getAddress(), target.getPort());
        Thread.ofVirtual().start(() -> pass(client, server, false));
        Thread.ofVirtual().start(() -> pass(server, client, true));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void pass(Socket from, Socket to, boolean answers) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[16 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (answers && cutting) {
          cuts.incrementAndGet();
          return;
        }
        out.write(buffer, 0, read);
        out.flush();
      }
    } catch (IOException closed) {
      // One of the two hung up.
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
