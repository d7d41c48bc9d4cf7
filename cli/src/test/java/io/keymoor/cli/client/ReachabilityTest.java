package io.keymoor.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymoor.cli.client.ClientFailure.Layer;
import io.keymoor.cli.client.ClientFailure.ManagerUnreachable;
import io.keymoor.cli.testing.FakeManager;
import io.keymoor.cli.testing.FakeManager.Answer;
import io.keymoor.cli.testing.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReachabilityTest {
  private final TestAuthority authority = new TestAuthority("CA");

  @TempDir Path directory;

  @Test
  void aNameWithoutAnAddressIsADnsFailure() throws Exception {
    assertThat(failure("https://manager.invalid:8443").layer()).isEqualTo(Layer.DNS);
  }

  @Test
  void aClosedPortIsATcpFailure() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    ManagerUnreachable failure = failure("https://127.0.0.1:" + port);
    assertThat(failure.layer()).isEqualTo(Layer.TCP);
    assertThat(failure).hasMessageContaining("nothing listens at 127.0.0.1:" + port);
  }

  @Test
  void aServerWithoutTlsIsATlsFailure() throws Exception {
    try (PlainServer server = new PlainServer("HTTP/1.1 400 Bad Request\r\n\r\n")) {
      assertThat(failure("https://127.0.0.1:" + server.port()).layer()).isEqualTo(Layer.TLS);
    }
  }

  @Test
  void aServerThatHangsUpIsNotBlamedOnTheCertificate() throws Exception {
    try (PlainServer server = new PlainServer("")) {
      assertThat(failure("https://127.0.0.1:" + server.port()).layer())
          .isIn(Layer.TLS, Layer.ANSWER);
    }
  }

  @Test
  void anotherManagersCertificateIsNotTrusted() throws Exception {
    try (FakeManager manager = new FakeManager()) {
      ManagerUnreachable failure = failure(manager.url());
      assertThat(failure.layer()).isEqualTo(Layer.MANAGER_CERTIFICATE);
      assertThat(manager.requests()).isEmpty();
    }
  }

  @RepeatedTest(5)
  void aManagerThatDoesNotKnowUsSaysSo() throws Exception {
    try (FakeManager manager = new FakeManager()) {
      Path context =
          FakeManager.writeContext(
              directory, manager.url(), manager.authority().pem(), authority.issue("stranger"));
      assertThat(failure(context).layer()).isEqualTo(Layer.OWN_CERTIFICATE);
    }
  }

  @Test
  void aWatchSurvivesAManagerThatComesBack() throws Exception {
    try (FakeManager manager = new FakeManager()) {
      manager.when("GET /api/v1/tasks/t", ok("{\"id\":\"t\",\"version\":1,\"state\":\"running\"}"));
      manager.when(
          "GET /api/v1/tasks/t?wait=20&after=1",
          ok("{\"id\":\"t\",\"version\":2,\"state\":\"succeeded\"}"));
      List<Task.State> seen = new ArrayList<>();
      try (ManagerClient client =
          new ManagerClient(ManagerContext.read(manager.writeContext(directory)))) {
        client.tasks().await("t", recording(seen));
      }
      assertThat(seen).containsExactly(Task.State.RUNNING, Task.State.SUCCEEDED);
    }
  }

  private static Answer ok(String body) {
    return new Answer(200, "application/json", body);
  }

  private static TaskListener recording(List<Task.State> seen) {
    return new TaskListener() {
      @Override
      public void changed(Task task) {
        seen.add(task.state());
      }

      @Override
      public void managerAway(ManagerUnreachable why) {}
    };
  }

  private ManagerUnreachable failure(String url) throws IOException {
    return failure(
        FakeManager.writeContext(directory, url, authority.pem(), authority.issue("admin:x")));
  }

  private static ManagerUnreachable failure(Path context) {
    try (ManagerClient client = new ManagerClient(ManagerContext.read(context))) {
      return catchThrowableOfType(ManagerUnreachable.class, client::about);
    }
  }

  /** Says one thing to everybody who connects. */
  private static final class PlainServer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());

    PlainServer(String words) throws IOException {
      Thread.ofVirtual().start(() -> serve(words));
    }

    int port() {
      return socket.getLocalPort();
    }

    private void serve(String words) {
      while (!socket.isClosed()) {
        try (Socket connection = socket.accept()) {
          connection.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException closed) {
          // The client went away, or the test ended.
        }
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
