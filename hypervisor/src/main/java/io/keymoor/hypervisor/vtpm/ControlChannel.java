package io.keymoor.hypervisor.vtpm;

import io.keymoor.hypervisor.HypervisorException.ProgramFailed;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * The control channel of one swtpm (swtpm's {@code tpm_ioctl.h}); all numbers are 32 bits, big
 * endian.
 *
 * <pre>
 * CMD_INIT           2  flags                              -> result
 * CMD_SHUTDOWN       3                                     -> result
 * CMD_GET_STATEBLOB 12  flags, type, offset                -> result, flags, total, length, data
 * CMD_SET_STATEBLOB 13  flags, type, length, data          -> result
 * </pre>
 *
 * <p>The permanent state passes through it in clear, over a socket in a directory that only the
 * owner can enter; it is kept outside of the heap. Not thread-safe.
 */
final class ControlChannel implements AutoCloseable {
  private static final int INIT = 2;
  private static final int SHUTDOWN = 3;
  private static final int GET_STATE = 12;
  private static final int SET_STATE = 13;
  private static final int PERMANENT = 1;
  private static final int DECRYPTED = 1;

  /** A TPM 2.0's permanent state has some kilobytes; more is no answer of swtpm's. */
  private static final int LARGEST_STATE = 4 * 1024 * 1024;

  private final SocketChannel channel;

  private ControlChannel(SocketChannel channel) {
    this.channel = channel;
  }

  /** Calls; throws while nobody listens. */
  static ControlChannel connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return new ControlChannel(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Powers the TPM on: it reads its state, or makes it durable when it was just set. */
  void powerOn() throws IOException {
    send(words(INIT, 0));
    requireSuccess("its state can't be opened with its key");
  }

  /** Ends swtpm. */
  void shutDown() throws IOException {
    send(words(SHUTDOWN));
    requireSuccess("it did not shut down");
  }

  /** The permanent state in clear, in a buffer outside of the heap for the caller to zero. */
  ByteBuffer readState() throws IOException {
    send(words(GET_STATE, DECRYPTED, PERMANENT, 0));
    ByteBuffer header = receive(16);
    requireSuccess(header.getInt(), "its state can't be read");
    header.getInt();
    int total = header.getInt();
    int length = header.getInt();
    if (length < 1 || length != total || length > LARGEST_STATE) {
      throw new ProgramFailed("swtpm", "it gave " + length + " of " + total + " bytes of state");
    }
    return receive(length);
  }

  /** Gives a TPM that is off its permanent state. */
  void writeState(ByteBuffer state) throws IOException {
    send(words(SET_STATE, 0, PERMANENT, state.remaining()));
    send(state.duplicate());
    requireSuccess("it did not take the state");
  }

  private static ByteBuffer words(int... values) {
    ByteBuffer words = ByteBuffer.allocate(4 * values.length);
    for (int value : values) {
      words.putInt(value);
    }
    return words.flip();
  }

  private void send(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private ByteBuffer receive(int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException("swtpm hung up");
      }
    }
    return bytes.flip();
  }

  private void requireSuccess(String otherwise) throws IOException {
    requireSuccess(receive(4).getInt(), otherwise);
  }

  private static void requireSuccess(int result, String otherwise) {
    if (result != 0) {
      throw new ProgramFailed("swtpm", otherwise + " (TPM result " + result + ")");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
