package io.keymoor.kmip.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kmip.client.ScriptedServer.Step;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.message.ResponseItem;
import io.keymoor.kmip.operation.Locate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which server is asked first, and by what way. */
class ServerChoiceTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("test", InstantSource.system(), new SecureRandom());
  private static final TlsIdentity SERVER =
      AUTHORITY.newServerIdentity("server", List.of("localhost", "127.0.0.1"));
  private static final TlsIdentity CLIENT = AUTHORITY.newClientIdentity("client");

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private ScriptedServer server(Duration pause) throws IOException {
    ScriptedServer server =
        new ScriptedServer(
            SERVER,
            ProtocolVersion.SUPPORTED,
            request -> {
              LockSupport.parkNanos(pause.toNanos());
              return new Step.Answer(
                  new ResponseItem.Outcome.Success(new Locate.Result(Optional.empty(), List.of())));
            });
    open.add(server);
    return server;
  }

  private KmipClient client(
      ServerOptions.Order order, Map<Endpoint, ServerOptions> options, Endpoint... servers) {
    KmipClient client =
        new KmipClient(
            ClientSettings.of(List.of(servers), CLIENT.context())
                .withDeadline(LONG, LONG)
                .withServers(order, options));
    open.add(client);
    return client;
  }

  @Test
  void weightsDivideRequests() throws IOException {
    ScriptedServer heavy = server(Duration.ZERO);
    ScriptedServer light = server(Duration.ZERO);
    KmipClient client =
        client(
            ServerOptions.Order.WEIGHTED,
            Map.of(heavy.endpoint(), new ServerOptions(3, Optional.empty(), Optional.empty())),
            light.endpoint(),
            heavy.endpoint());

    for (int i = 0; i < 40; i++) {
      client.call(Locate.of());
    }

    assertThat(heavy.received()).hasSize(30);
    assertThat(light.received()).hasSize(10);
  }

  @Test
  void theFasterServerIsAskedFirst() throws IOException {
    ScriptedServer slow = server(Duration.ofMillis(300));
    ScriptedServer fast = server(Duration.ZERO);
    KmipClient client =
        client(ServerOptions.Order.LATENCY, Map.of(), slow.endpoint(), fast.endpoint());

    for (int i = 0; i < 20; i++) {
      client.call(Locate.of());
    }

    assertThat(slow.received().size()).as("asked once, and hardly ever again").isLessThan(5);
  }

  @Test
  void aProxyIsAskedForTheServerByNameAndItsRefusalIsSaid() throws IOException {
    ScriptedServer server = server(Duration.ZERO);
    Proxy proxy = new Proxy(server.endpoint());
    open.add(proxy);
    Endpoint behind = new Endpoint("localhost", server.endpoint().port());
    Endpoint forbidden = new Endpoint("forbidden.example", 5696);
    Map<Endpoint, ServerOptions> options =
        Map.of(
            behind, through(proxy),
            forbidden, through(proxy));

    client(ServerOptions.Order.ROUND_ROBIN, options, behind).call(Locate.of());
    assertThat(proxy.asked).containsExactly("CONNECT " + behind + " HTTP/1.1");
    assertThat(server.received()).hasSize(1);

    KmipClient refused = client(ServerOptions.Order.ROUND_ROBIN, options, forbidden);
    assertThatThrownBy(() -> refused.call(Locate.of()))
        .isInstanceOf(KmipFailure.Unreachable.class)
        .hasMessageContaining("the proxy " + proxy.endpoint())
        .hasMessageContaining("opens no way to forbidden.example:5696 (HTTP/1.1 403 Forbidden)");
    assertThat(refused.probe().getFirst().failing()).contains(Layer.TCP);
  }

  private static ServerOptions through(Proxy proxy) {
    return new ServerOptions(1, Optional.of(proxy.endpoint()), Optional.empty());
  }

  /** An HTTP proxy that lets one server be reached. */
  private static final class Proxy implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final Endpoint allowed;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    Proxy(Endpoint allowed) throws IOException {
      this.allowed = allowed;
      Thread.ofVirtual().start(this::accept);
    }

    Endpoint endpoint() {
      return new Endpoint("127.0.0.1", socket.getLocalPort());
    }

    private void accept() {
      while (!socket.isClosed()) {
        try {
          Socket client = socket.accept();
          Thread.ofVirtual().start(() -> serve(client));
        } catch (IOException closed) {
          return;
        }
      }
    }

    private void serve(Socket client) {
      try (client) {
        BufferedReader in =
            new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
        String first = String.valueOf(in.readLine());
        asked.add(first);
        String line = in.readLine();
        while (line != null && !line.isEmpty()) {
          line = in.readLine();
        }
        OutputStream out = client.getOutputStream();
        if (!first.contains(" " + allowed + " ")) {
          out.write("HTTP/1.1 403 Forbidden\r\n\r\n".getBytes(US_ASCII));
          return;
        }
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), allowed.port())) {
          out.write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(US_ASCII));
          Thread back = Thread.ofVirtual().start(() -> copy(server, client));
          copy(client, server);
          back.join();
        }
      } catch (IOException gone) {
        // The test is over.
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
      }
    }

    private static void copy(Socket from, Socket to) {
      try {
        from.getInputStream().transferTo(to.getOutputStream());
        to.shutdownOutput();
      } catch (IOException gone) {
        // One of the two hung up.
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
