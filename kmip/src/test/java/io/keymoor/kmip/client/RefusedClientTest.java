package io.keymoor.kmip.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.operation.Create;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.UsageMask;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/**
 * In TLS 1.3 a server refuses a client after that one has finished the handshake and sent its first
 * message; closing then resets the connection, which may discard the alert.
 */
class RefusedClientTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Create CREATE =
      Create.symmetricKey(CryptographicAlgorithm.AES, 256, UsageMask.ENCRYPT | UsageMask.DECRYPT);
  private static final CertificateAuthority AUTHORITY = authority("test");
  private static final TlsIdentity US = AUTHORITY.newClientIdentity("us");
  private static final TlsIdentity KNOWS_US =
      AUTHORITY.newServerIdentity("server", List.of("localhost"));
  private static final TlsIdentity KNOWS_OTHERS =
      new TlsIdentity(KNOWS_US.key(), KNOWS_US.certificate(), authority("other").certificate());

  private static CertificateAuthority authority(String name) {
    return CertificateAuthority.create(name, InstantSource.system(), new SecureRandom());
  }

  @Test
  void aCreateIsNotSentToAServerThatHasNotAcceptedTheClient() throws IOException {
    try (ServerSocket server = listening();
        KmipClient client = client(server)) {
      serve(server, _ -> reset(KNOWS_US, server));
      assertThatThrownBy(() -> client.call(CREATE))
          .isInstanceOfSatisfying(
              KmipFailure.Unreachable.class,
              nobody -> assertThat(nobody.attempts().getFirst().layer()).isEqualTo(Layer.KMIP));
    }
  }

  @Test
  void aRefusalThatWasLostWithAConnectionIsAskedForAgain() throws IOException {
    try (ServerSocket server = listening();
        KmipClient client = client(server)) {
      serve(
          server,
          turn -> {
            if (turn == 0) {
              reset(KNOWS_US, server);
            } else {
              refuse(KNOWS_OTHERS, server);
            }
          });
      assertThatThrownBy(() -> client.call(CREATE))
          .isInstanceOfSatisfying(
              KmipFailure.Unreachable.class,
              nobody ->
                  assertThat(nobody.attempts().getFirst())
                      .returns(Layer.AUTHENTICATION, ConnectFailure::layer)
                      .hasMessageContaining("does not accept this client's certificate"));
    }
  }

  private static ServerSocket listening() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /** One that has nothing to ask before it sends a request. */
  private static KmipClient client(ServerSocket server) {
    Endpoint place = new Endpoint("localhost", server.getLocalPort());
    return new KmipClient(
        ClientSettings.of(List.of(place), US.context())
            .withVersions(ProtocolVersion.V1_4)
            .withDeadline(LONG, LONG));
  }

  /** What is done with a connection. */
  @FunctionalInterface
  private interface Fate {
    void meet(int turn) throws IOException;
  }

  private static void serve(ServerSocket server, Fate fate) {
    Thread.ofVirtual()
        .start(() -> {
          for (int turn = 0; !server.isClosed(); turn++) {
            try {
              fate.meet(turn);
            } catch (IOException over) {
              // The client is gone, or the test is over.
            }
          }
        });
  }

  /** Nothing but a reset is seen of what the server thinks. */
  private static void reset(TlsIdentity identity, ServerSocket server) throws IOException {
    try (Socket wire = server.accept()) {
      handshake(identity, wire);
      wire.setSoLinger(true, 0);
    }
  }

  /** The alert is sent, and what else the client says is read, so that nothing discards it. */
  private static void refuse(TlsIdentity identity, ServerSocket server) throws IOException {
    try (Socket wire = server.accept()) {
      try {
        handshake(identity, wire);
      } catch (IOException refused) {
        wire.shutdownOutput();
        wire.getInputStream().readAllBytes();
      }
    }
  }

  private static void handshake(TlsIdentity identity, Socket wire) throws IOException {
    SSLSocket tls =
        (SSLSocket)
            identity
                .context()
                .getSocketFactory()
                .createSocket(wire, "localhost", wire.getPort(), false);
    tls.setUseClientMode(false);
    tls.setNeedClientAuth(true);
    tls.startHandshake();
  }
}
