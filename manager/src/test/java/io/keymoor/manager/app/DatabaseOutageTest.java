package io.keymoor.manager.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.FakeHost;
import io.keymoor.manager.testing.TestManager;
import io.keymoor.protocol.PollRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A manager in a process of its own, stopped under its hosts, and with PostgreSQL ended under it.
 */
class DatabaseOutageTest {
  @TempDir private Path directory;

  @Test
  void stoppingIsQuietAndADatabaseThatIsAwayIsSaidWithTheTimeToTryAgain()
      throws IOException, InterruptedException {
    Path home = directory.resolve("manager");
    TestManager.init(home, Map.of());
    Process running = TestManager.startProcess(home);
    try (Client admin = Client.administrator(home)) {
      admin.post("/clusters", "{'name':'lab'}");
      try (FakeHost host = FakeHost.enrol(admin, "lab", "kvm1")) {
        host.hello(false);
        long revision = host.pollDesired().revision();
        CompletableFuture<Client.Answer> parked = poll(host, revision);
        await().during(Duration.ofMillis(500)).until(() -> !parked.isDone());
        end(running);
        assertThat(parked.join().status()).as("the open poll is answered").isEqualTo(200);
        assertThat(Files.readString(directory.resolve("manager.log")))
            .doesNotContain("ERROR", "Exception", "\tat ");

        running = TestManager.startProcess(home);
        endPostgres(home);
        CompletableFuture<Client.Answer> ofHost = poll(host, revision);
        Client.Answer refused = admin.post("/clusters", "{'name':'other'}");

        assertThat(refused.status()).as(refused.toString()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).contains("5");
        assertThat(refused.code()).isEqualTo("database_unavailable");
        assertThat(refused.detail()).contains("whole or not at all").doesNotContain("Exception");
        assertThat(ofHost.join().status()).isEqualTo(503);
        assertThat(ofHost.join().code()).isEqualTo("database_unavailable");
      }
    } finally {
      end(running);
    }
  }

  private static CompletableFuture<Client.Answer> poll(FakeHost host, long revision) {
    return CompletableFuture.supplyAsync(
        () -> host.send("poll", new PollRequest(revision, List.of())));
  }

  private static void end(Process manager) throws InterruptedException {
    manager.destroy();
    assertThat(manager.waitFor()).as("SIGTERM ends it cleanly").isIn(0, 143);
  }

  private static void endPostgres(Path home) throws IOException {
    Path pidFile = home.resolve("postgres/postmaster.pid");
    long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
    ProcessHandle postgres = ProcessHandle.of(pid).orElseThrow();
    postgres.destroyForcibly();
    await().atMost(Duration.ofMinutes(2)).until(() -> !postgres.isAlive());
  }
}
