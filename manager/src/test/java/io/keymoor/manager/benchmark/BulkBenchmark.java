package io.keymoor.manager.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.keymoor.manager.app.ManagerServer;
import io.keymoor.manager.testing.BusyHost;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.TestManager;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Rekeys thousands of VM records from one native provider to another and back: real records in
 * PostgreSQL, real mutual TLS, hosts that answer at once. What is left is the manager's side and
 * the hosts' end of the link, in one process.
 */
public final class BulkBenchmark {
  private BulkBenchmark() {}

  /** Arguments: a directory, VMs in all, hosts, rounds. */
  public static void main(String[] arguments) {
    Path directory = Path.of(arguments[0]);
    int vms = Integer.parseInt(arguments[1]);
    int hosts = Integer.parseInt(arguments[2]);
    int rounds = Integer.parseInt(arguments[3]);
    Path home = directory.resolve("manager");
    TestManager.init(home, Map.of("report_seconds", 30));
    try (ManagerServer _ = TestManager.start(home);
        Client admin = Client.administrator(home)) {
      admin.post("/clusters", "{'name':'lab'}");
      UUID first = UUID.fromString(admin.createProvider("first").path("id").asText());
      admin.createProvider("second");
      admin.backup("first", "pw");
      admin.backup("second", "pw");
      List<BusyHost> all = new ArrayList<>();
      try {
        for (int i = 0; i < hosts; i++) {
          all.add(BusyHost.enrol(admin, "lab", "kvm" + i, vms / hosts, first).start());
        }
        System.out.println(
            "| round | to | VMs | time | VMs/s | processor: Java + PostgreSQL | hosts | at most |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        Round best = new Round(0, 0);
        for (int round = 1; round <= rounds; round++) {
          String to = round % 2 == 1 ? "second" : "first";
          best = best.or(measure(directory, admin, all, round, to));
        }
        System.out.println();
        System.out.println("| goal | measured | |");
        System.out.println("|---|---|---|");
        System.out.printf(
            Locale.ROOT,
            "| 5,000 VMs/s native to native, the best round | %.0f | %s |%n",
            best.measured(),
            best.measured() >= 5000 ? "reached" : "missed");
        System.out.printf(
            Locale.ROOT,
            "| the same on %d processors without the hosts, from processor times | %.0f | |%n",
            Runtime.getRuntime().availableProcessors(),
            best.atMost());
      } finally {
        all.forEach(BusyHost::close);
      }
    }
  }

  /**
   * What a round came to, in VMs per second.
   *
   * @param measured by the clock, with the hosts on the same processors
   * @param atMost what the processors could do if they did the manager's part only
   */
  private record Round(double measured, double atMost) {
    Round or(Round other) {
      return new Round(Math.max(measured, other.measured), Math.max(atMost, other.atMost));
    }
  }

  /** From the request to the durable end, as the manager wrote it down. */
  private static Round measure(
      Path directory, Client admin, List<BusyHost> hosts, int round, String to) {
    AtomicReference<JsonNode> ended = new AtomicReference<>(MissingNode.getInstance());
    Spent spent =
        Spent.on(
            () ->
                ended.set(
                    admin.awaitEnd(
                        admin
                            .post("/vms?action=rekey", "{'all':true,'provider':'" + to + "'}")
                            .json()
                            .path("task")
                            .asText())),
            directory,
            hosts);
    JsonNode end = ended.get();
    if (!end.path("state").asText().equals("succeeded")) {
      throw new IllegalStateException("the task ended so: " + end);
    }
    double seconds =
        Duration.between(
                    Instant.parse(end.path("created").asText()),
                    Instant.parse(end.path("ended").asText()))
                .toNanos()
            / 1e9;
    long vms = end.path("counts").path("ok").asLong();
    System.out.printf(
        Locale.ROOT,
        "| %d | %s | %d | %.2f s | %.0f | %.2f s + %.2f s | %.2f s | %.0f |%n",
        round,
        to,
        vms,
        seconds,
        vms / seconds,
        spent.here(),
        spent.postgres(),
        spent.hosts(),
        spent.mostPerSecond(vms));
    return new Round(vms / seconds, spent.mostPerSecond(vms));
  }
}
