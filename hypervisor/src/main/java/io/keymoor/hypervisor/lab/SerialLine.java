package io.keymoor.hypervisor.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An open serial line of a guest: lines out, lines in. */
final class SerialLine implements AutoCloseable {
  /** What the queue says when the other end is gone; no line holds a newline. */
  private static final String END = "\n";

  private final SocketChannel channel;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private SerialLine(SocketChannel channel) {
    this.channel = channel;
  }

  static SerialLine connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    SerialLine line = new SerialLine(channel);
    Thread.ofVirtual().name("guest-console").start(line::readAll);
    return line;
  }

  private void readAll() {
    try (BufferedReader reader = new BufferedReader(Channels.newReader(channel, US_ASCII))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // Closed here or there: the end either way.
    } finally {
      lines.add(END);
    }
  }

  void send(String text) throws IOException {
    // The first newline ends whatever noise is in the guest's input.
    ByteBuffer bytes = US_ASCII.encode("\n" + text + "\n");
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** The next line; absent when none came until {@code deadline} (of {@link System#nanoTime}). */
  Optional<String> read(long deadline) throws IOException {
    try {
      String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (END.equals(line)) {
        throw new EOFException("the guest's serial line ended");
      }
      return Optional.ofNullable(line);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the guest");
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing is lost: the guest's console has no end to flush.
      lines.add(END);
    }
  }
}
