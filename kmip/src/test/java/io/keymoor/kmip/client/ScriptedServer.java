package io.keymoor.kmip.client;

import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.message.Messages;
import io.keymoor.kmip.message.RequestItem;
import io.keymoor.kmip.message.RequestMessage;
import io.keymoor.kmip.message.ResponseHeader;
import io.keymoor.kmip.message.ResponseItem;
import io.keymoor.kmip.message.ResponseMessage;
import io.keymoor.kmip.operation.DiscoverVersions;
import io.keymoor.kmip.operation.Request;
import io.keymoor.ttlv.Encoding;
import io.keymoor.ttlv.Frames;
import io.keymoor.ttlv.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A TLS server that does with each request what a test says. */
final class ScriptedServer implements AutoCloseable {
  /** Says how one request ends. */
  @FunctionalInterface
  interface Script {
    Step answer(Request<?> request);
  }

  /** What to do about a request. */
  sealed interface Step {
    /** Answer. */
    record Answer(ResponseItem.Outcome outcome) implements Step {}

    /** Close the connection without an answer. */
    record HangUp() implements Step {}

    /** Answer never. */
    record FallSilent() implements Step {}

    /** Send these bytes. */
    record Babble(String words) implements Step {}
  }

  private final SSLServerSocket socket;
  private final Script script;
  private final List<ProtocolVersion> versions;
  private final List<SSLSocket> open = new CopyOnWriteArrayList<>();
  private final List<RequestMessage> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();

  ScriptedServer(TlsIdentity identity, List<ProtocolVersion> versions, Script script)
      throws IOException {
    this(identity, versions, 0, script);
  }

  ScriptedServer(TlsIdentity identity, List<ProtocolVersion> versions, int port, Script script)
      throws IOException {
    this.script = script;
    this.versions = versions;
    this.socket =
        (SSLServerSocket)
            identity
                .context()
                .getServerSocketFactory()
                .createServerSocket(port, 50, InetAddress.getLoopbackAddress());
    socket.setNeedClientAuth(true);
    Thread.ofVirtual().start(this::accept);
  }

  Endpoint endpoint() {
    return new Endpoint("localhost", socket.getLocalPort());
  }

  /** The requests received, without those for versions. */
  List<Request<?>> received() {
    List<Request<?>> payloads = new ArrayList<>();
    for (RequestMessage message : requests) {
      for (RequestItem item : message.items()) {
        if (item instanceof RequestItem.Valid valid
            && !(valid.request() instanceof DiscoverVersions)) {
          payloads.add(valid.request());
        }
      }
    }
    return payloads;
  }

  List<RequestMessage> messages() {
    return requests;
  }

  int connections() {
    return connections.get();
  }

  /** Ends every open connection, as a server does that restarts. */
  void hangUp() throws IOException {
    for (SSLSocket connection : open) {
      connection.close();
    }
    open.clear();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        SSLSocket connection = (SSLSocket) socket.accept();
        connections.incrementAndGet();
        open.add(connection);
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException e) {
        // The test is over, or a client gave up.
      }
    }
  }

  private void serve(SSLSocket connection) {
    try (connection) {
      while (true) {
        Optional<byte[]> frame = Frames.read(connection.getInputStream(), Limits.DEFAULT);
        if (frame.isEmpty()) {
          return;
        }
        RequestMessage message =
            Messages.decodeRequest(Encoding.BINARY, frame.get(), Limits.DEFAULT);
        requests.add(message);
        if (!reply(connection, message)) {
          return;
        }
      }
    } catch (IOException e) {
      // A client that refuses this server's certificate, or is gone.
    }
  }

  private boolean reply(SSLSocket connection, RequestMessage message) throws IOException {
    List<ResponseItem> items = new ArrayList<>();
    for (RequestItem item : message.items()) {
      if (!(item instanceof RequestItem.Valid valid)) {
        return false;
      }
      Step step =
          valid.request() instanceof DiscoverVersions
              ? new Step.Answer(
                  new ResponseItem.Outcome.Success(new DiscoverVersions.Result(versions)))
              : script.answer(valid.request());
      switch (step) {
        case Step.Answer answer ->
            items.add(new ResponseItem(valid.operation(), valid.id(), answer.outcome()));
        case Step.HangUp _ -> {
          return false;
        }
        case Step.FallSilent _ -> {
          return true;
        }
        case Step.Babble babble -> {
          connection.getOutputStream().write(babble.words().getBytes(StandardCharsets.UTF_8));
          return true;
        }
      }
    }
    ResponseHeader header =
        ResponseHeader.of(message.header().version(), Instant.now(), items.size());
    connection
        .getOutputStream()
        .write(Messages.encode(Encoding.BINARY, new ResponseMessage(header, items)));
    return true;
  }

  @Override
  public void close() throws IOException {
    socket.close();
    hangUp();
  }
}
