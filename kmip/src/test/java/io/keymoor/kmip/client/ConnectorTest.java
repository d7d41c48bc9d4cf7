package io.keymoor.kmip.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is said of a server for which no time was left. */
class ConnectorTest {
  private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void stop() {
    watchdog.shutdownNow();
  }

  @Test
  void anAddressIsNotBlamedOnTheResolver() throws Exception {
    assertThat(lateFailure(new Endpoint("127.0.0.1", unusedPort())).layer()).isEqualTo(Layer.TCP);
  }

  @Test
  void aNameThatWasNotResolvedInTimeIsNotSaidToHaveNoAddress() throws Exception {
    ConnectFailure failure = lateFailure(new Endpoint("localhost", unusedPort()));
    assertThat(failure.layer()).isEqualTo(Layer.DNS);
    assertThat(failure).hasMessageContaining("not resolved in time");
  }

  private ConnectFailure lateFailure(Endpoint server) throws NoSuchAlgorithmException {
    Connector connector =
        new Connector(ClientSettings.of(List.of(server), SSLContext.getDefault()));
    return catchThrowableOfType(
        ConnectFailure.class,
        () -> connector.connect(server, Deadline.in(Duration.ZERO, watchdog)));
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
