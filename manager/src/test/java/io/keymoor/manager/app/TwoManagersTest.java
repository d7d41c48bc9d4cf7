package io.keymoor.manager.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.SharedDatabase;
import io.keymoor.manager.testing.SimulatedHost;
import io.keymoor.manager.testing.TestManager;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two managers of one estate on one PostgreSQL; one of them is killed. */
class TwoManagersTest {
  private static final int HOSTS = 20;
  private static final int VMS_OF_HOST = 10;

  @TempDir private Path directory;
  private final List<AutoCloseable> open = new ArrayList<>();
  private SharedDatabase database = unset();
  private Process killed = unset();
  private Client first = unset();
  private Client second = unset();
  private List<SimulatedHost> hosts = List.of();

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T unset() {
    return null;
  }

  @BeforeEach
  void start() {
    database = opened(SharedDatabase.start(directory));
    Path home = directory.resolve("a");
    TestManager.init(home, Map.of("report_seconds", 5, "database", database.settings()));
    Path other = directory.resolve("b");
    TestManager.another(home, other);
    killed = TestManager.startProcess(home);
    opened(TestManager.start(other));
    first = opened(Client.administrator(home));
    second = opened(Client.administrator(other));
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.add(part);
    return part;
  }

  @AfterEach
  void stop() throws Exception {
    killed.destroyForcibly().waitFor();
    for (SimulatedHost host : hosts) {
      host.close();
    }
    for (AutoCloseable part : open.reversed()) {
      part.close();
    }
  }

  @Test
  void whatOneManagerIsToldTheOthersHostsDoAndNothingIsLostWhenOneIsKilled() {
    first.post("/clusters", "{'name':'lab'}");
    UUID before = UUID.fromString(first.createProvider("before").path("id").asText());
    first.backup("before", "pw");
    List<URI> managers = List.of(first.url(), second.url());
    hosts =
        IntStream.range(0, HOSTS)
            .mapToObj(i -> SimulatedHost.enrol(first, "lab", i, VMS_OF_HOST, before, managers))
            .toList();
    hosts.forEach(SimulatedHost::start);
    eventually(() -> hosts.stream().allMatch(host -> host.acknowledged() > 0));
    assertThat(hosts.stream().map(SimulatedHost::manager).distinct()).hasSize(2);
    hosts.forEach(host -> first.post("/vms?action=register-all", "{'host':'" + host.name() + "'}"));

    // As a restart of the database does; news arrive again once the managers listen again.
    database.cut();
    eventually(
        () -> database.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 2);

    UUID after = UUID.fromString(second.createProvider("after").path("id").asText());
    second.backup("after", "pw");
    long revision = database.number("SELECT max(revision) FROM cluster");
    eventually(() -> hosts.stream().allMatch(host -> host.acknowledged() >= revision));

    String task =
        first
            .post("/vms?action=rekey", "{'all':true,'provider':'after'}")
            .json()
            .path("task")
            .asText();
    killed.destroyForcibly();

    JsonNode end = second.awaitEnd(task);
    assertThat(end.path("state").asText()).as(end.toString()).isEqualTo("succeeded");
    assertThat(end.path("counts").path("ok").asLong()).isEqualTo(HOSTS * VMS_OF_HOST);
    assertThat(hosts)
        .allSatisfy(
            host -> assertThat(host.providersOfVms()).hasSize(VMS_OF_HOST).containsOnly(after));
    eventually(() -> hosts.stream().allMatch(host -> host.connected() && host.manager() == 1));
    assertThat(
            database.number(
                "SELECT count(*) FROM audit_event WHERE action = 'vm.rekey' AND result = 'ok'"))
        .as("each VM once in the trail")
        .isEqualTo(HOSTS * VMS_OF_HOST);
  }

  private static void eventually(java.util.concurrent.Callable<Boolean> condition) {
    await().atMost(Duration.ofMinutes(3)).until(condition);
  }
}
