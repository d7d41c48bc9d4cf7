package io.keymoor.systemtests.availability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to a Unix socket that can be cut. Thread-safe. */
final class SocketWire implements AutoCloseable {
  private static final int CHUNK = 64 * 1024;

  private final Path target;
  private final ServerSocketChannel listener;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  private SocketWire(ServerSocketChannel listener, Path target) {
    this.listener = listener;
    this.target = target;
  }

  /** Listens at {@code here}; nothing has to listen at {@code target} yet. */
  static SocketWire laid(Path here, Path target) {
    try {
      ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listener.bind(UnixDomainSocketAddress.of(here));
      SocketWire wire = new SocketWire(listener, target);
      Thread.ofVirtual().name("socket wire").start(wire::accept);
      return wire;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void accept() {
    while (listener.isOpen()) {
      try {
        SocketChannel client = listener.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> join(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void join(SocketChannel client) {
    try {
      if (cut) {
        drop(client);
        return;
      }
      SocketChannel server = SocketChannel.open(UnixDomainSocketAddress.of(target));
      open.add(server);
      Thread.ofVirtual().start(() -> carry(client, server));
      carry(server, client);
    } catch (IOException away) {
      drop(client);
    }
  }

  /** Ends are ends, whichever side they come from. */
  private void carry(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
    } catch (IOException gone) {
      // As an end.
    }
    drop(from);
    drop(to);
  }

  private void drop(SocketChannel channel) {
    open.remove(channel);
    try {
      channel.close();
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  /** Connections end, and new ones end at once, until {@link #mend}. */
  void cut() {
    cut = true;
    open.forEach(this::drop);
  }

  void mend() {
    cut = false;
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    open.forEach(this::drop);
  }
}
