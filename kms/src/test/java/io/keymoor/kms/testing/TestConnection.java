package io.keymoor.kms.testing;

import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.message.Messages;
import io.keymoor.kmip.message.RequestMessage;
import io.keymoor.kmip.message.ResponseItem;
import io.keymoor.kmip.message.ResponseMessage;
import io.keymoor.kmip.operation.Request;
import io.keymoor.kmip.operation.Response;
import io.keymoor.ttlv.Encoding;
import io.keymoor.ttlv.Frames;
import io.keymoor.ttlv.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A KMIP connection of a test, as plain as can be: a TLS socket and whole messages. */
public final class TestConnection implements AutoCloseable {
  private static final Map<TlsIdentity, SSLContext> CONTEXTS = new ConcurrentHashMap<>();

  private final SSLSocket socket;

  private TestConnection(SSLSocket socket) {
    this.socket = socket;
  }

  public static TestConnection open(InetSocketAddress address, TlsIdentity identity) {
    try {
      SSLSocket socket =
          (SSLSocket)
              CONTEXTS
                  .computeIfAbsent(identity, TlsIdentity::context)
                  .getSocketFactory()
                  .createSocket(address.getAddress(), address.getPort());
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(60_000);
      return new TestConnection(socket);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Sends bytes and answers the bytes of the next message. */
  public byte[] exchange(byte[] request) {
    try {
      socket.getOutputStream().write(request);
      return Frames.read(socket.getInputStream(), Limits.DEFAULT).orElseThrow();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Waits until the server closes; false when it sends something instead. */
  public boolean isClosedByPeer() {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public ResponseMessage exchange(RequestMessage request) {
    return Messages.decodeResponse(
        Encoding.BINARY, exchange(Messages.encode(Encoding.BINARY, request)), Limits.DEFAULT);
  }

  /** Performs one operation, which has to succeed. */
  @SuppressWarnings("unchecked") // The server answers an operation with its own answer.
  public <R extends Response> R perform(ProtocolVersion version, Request<R> request) {
    ResponseItem.Outcome outcome =
        exchange(RequestMessage.of(version, request)).items().getFirst().outcome();
    if (outcome instanceof ResponseItem.Outcome.Success(Response payload)) {
      return (R) payload;
    }
    throw new AssertionError(request.operation() + " was answered with " + outcome);
  }

  /** Performs one operation, which has to fail. */
  public ResponseItem.Outcome.Failed fail(ProtocolVersion version, Request<?> request) {
    ResponseItem.Outcome outcome =
        exchange(RequestMessage.of(version, request)).items().getFirst().outcome();
    if (outcome instanceof ResponseItem.Outcome.Failed failed) {
      return failed;
    }
    throw new AssertionError(request.operation() + " was answered with " + outcome);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
