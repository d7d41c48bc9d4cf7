package io.keymoor.host.holder;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A connection to the key holder of a directory. Names are ASCII of at most 255 characters, values
 * have at most 512 bytes. A failed call ends the connection. For one thread; {@link #close} may
 * come from another and ends a call that hangs.
 */
public final class HolderConnection implements AutoCloseable {
  private static final int BATCH = 5000;

  private final SocketChannel channel;
  private final DataInputStream in;
  private final DataOutputStream out;

  private HolderConnection(SocketChannel channel) {
    this.channel = channel;
    this.in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
    this.out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
  }

  /**
   * Connects.
   *
   * @throws IOException when no holder serves the directory, or one that speaks something else
   */
  public static HolderConnection to(Path directory) throws IOException {
    SocketChannel channel =
        SocketChannel.open(UnixDomainSocketAddress.of(KeyHolder.socket(directory)));
    HolderConnection connection = new HolderConnection(channel);
    try {
      HolderWire.greet(connection.in, connection.out);
      return connection;
    } catch (IOException failure) {
      connection.close();
      throw failure;
    }
  }

  /** Returns when it is there. */
  public void ping() throws IOException {
    ask(HolderWire.DROP, Map.of());
  }

  /** The names of what it holds. */
  public Set<String> names() throws IOException {
    return ask(HolderWire.LIST, Map.of()).keySet();
  }

  /** All that it holds. */
  public Map<String, byte[]> all() throws IOException {
    return ask(HolderWire.GET, Map.of());
  }

  /** Gives it these, in place of what it held under the same names. */
  public void put(Map<String, byte[]> entries) throws IOException {
    inBatches(HolderWire.PUT, entries);
  }

  /** Has it forget these. */
  public void drop(Collection<String> names) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    names.forEach(name -> entries.put(name, new byte[0]));
    inBatches(HolderWire.DROP, entries);
  }

  private void inBatches(char operation, Map<String, byte[]> entries) throws IOException {
    Map<String, byte[]> batch = new LinkedHashMap<>();
    for (var entry : entries.entrySet()) {
      batch.put(entry.getKey(), entry.getValue());
      if (batch.size() == BATCH) {
        ask(operation, batch);
        batch.clear();
      }
    }
    if (!batch.isEmpty()) {
      ask(operation, batch);
    }
  }

  private Map<String, byte[]> ask(char operation, Map<String, byte[]> entries) throws IOException {
    HolderWire.request(out, operation, entries);
    return HolderWire.answered(in);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException alreadyGone) {
      return;
    }
  }
}
