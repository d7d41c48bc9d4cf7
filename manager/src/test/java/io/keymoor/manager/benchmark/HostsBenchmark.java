package io.keymoor.manager.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.SharedDatabase;
import io.keymoor.manager.testing.SimulatedHost;
import io.keymoor.manager.testing.TestManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What hosts cost a manager: simulated agents with a certificate each and two connections each, in
 * this process; the managers in processes of their own, PostgreSQL in its own. First one manager,
 * then two, of which one is killed in the middle of a bulk rekey.
 */
public final class HostsBenchmark {
  /** As the launcher starts managers. */
  private static final List<String> FLAGS = List.of("-XX:-CreateCoredumpOnCrash");

  private static final int OF_CLUSTER = 32;
  private static final Duration IDLE = Duration.ofSeconds(60);

  private final SharedDatabase database;
  private final List<SimulatedHost> hosts;

  private HostsBenchmark(SharedDatabase database, List<SimulatedHost> hosts) {
    this.database = database;
    this.hosts = hosts;
  }

  /** Arguments: a directory, hosts, VMs in all; "takeover" leaves out what one manager costs. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    int vms = Integer.parseInt(arguments[2]);
    boolean whole = arguments.length < 4 || !arguments[3].equals("takeover");
    Path one = directory.resolve("one");
    Path two = directory.resolve("two");
    try (SharedDatabase database = SharedDatabase.start(directory)) {
      TestManager.init(one, Map.of("database", database.settings()));
      TestManager.another(one, two);
      Process first = TestManager.startProcess(one, FLAGS);
      Process second = TestManager.startProcess(two, FLAGS);
      try (Client admin = Client.administrator(one);
          Client other = Client.administrator(two)) {
        List<SimulatedHost> hosts = new ArrayList<>();
        HostsBenchmark benchmark = new HostsBenchmark(database, hosts);
        try {
          second.destroy();
          second.waitFor();
          benchmark.connect(admin, other, count, vms);
          if (whole) {
            benchmark.measure(admin, first);
          }
          benchmark.lose(admin, other, first, two);
        } finally {
          hosts.parallelStream().forEach(SimulatedHost::close);
        }
      } finally {
        first.destroyForcibly().waitFor();
        second.destroyForcibly().waitFor();
      }
    }
  }

  private void connect(Client admin, Client other, int count, int vms) {
    UUID provider = UUID.fromString(admin.createProvider("provider-0").path("id").asText());
    admin.backup("provider-0", "pw");
    enrol(admin, other, count, vms, provider);
    System.out.println("| one manager | |");
    System.out.println("|---|---|");
    row("hosts, VMs", count + ", " + vms);
    row("all hosts connect and report at once", seconds(this::startAll));
    for (SimulatedHost host : hosts) {
      admin.post("/vms?action=register-all", "{'host':'" + host.name() + "'}");
    }
  }

  private void measure(Client admin, Process first) throws InterruptedException {
    idle(first);
    for (int i = 1; i <= 3; i++) {
      change(admin, i);
    }
    views(admin);
  }

  private void lose(Client admin, Client other, Process first, Path two)
      throws InterruptedException {
    System.out.println();
    System.out.println("| two managers | |");
    System.out.println("|---|---|");
    Process again = TestManager.startProcess(two, FLAGS);
    try {
      kill(admin, other, first);
    } finally {
      again.destroyForcibly().waitFor();
    }
  }

  private void enrol(Client admin, Client other, int count, int vms, UUID provider) {
    List<URI> managers = List.of(admin.url(), other.url());
    for (int i = 0; i < count; i++) {
      if (i % OF_CLUSTER == 0) {
        admin.post("/clusters", "{'name':'cluster-" + i / OF_CLUSTER + "'}");
      }
      String cluster = "cluster-" + i / OF_CLUSTER;
      hosts.add(SimulatedHost.enrol(admin, cluster, i, vms / count, provider, managers));
    }
  }

  private void startAll() {
    hosts.forEach(SimulatedHost::start);
    await(() -> hosts.stream().allMatch(host -> host.acknowledged() > 0 && host.manager() == 0));
  }

  private void idle(Process manager) throws InterruptedException {
    // The reports that tell of the registration, and whatever comes after a start.
    TimeUnit.SECONDS.sleep(45);
    Duration processor = processor(manager.toHandle());
    Duration postgres = processors();
    long transactions = transactions();
    TimeUnit.NANOSECONDS.sleep(IDLE.toNanos());
    double minutes = IDLE.toSeconds() / 60.0;
    double used = processor(manager.toHandle()).minus(processor).toMillis() / minutes;
    double usedByPostgres = processors().minus(postgres).toMillis() / minutes;
    double made = (transactions() - transactions) / minutes;
    row("idle: processor time of the manager, per host and minute", millis(used / hosts.size()));
    row(
        "idle: processor time of PostgreSQL, per host and minute",
        millis(usedByPostgres / hosts.size()));
    row("idle: database transactions, per host and minute", number(made / hosts.size()));
    row("idle: of one core, manager and PostgreSQL", number((used + usedByPostgres) / 600) + " %");
    row("resident memory of the manager", resident(manager.pid()) + " MB");
    row(
        "heap in use after a collection, per host",
        number(liveHeap(manager.pid()) / 1024.0 / hosts.size()) + " KB");
  }

  private void change(Client admin, int number) {
    String time =
        seconds(() -> {
          admin.createProvider("provider-" + number);
          long revision = database.number("SELECT max(revision) FROM cluster");
          await(() -> hosts.stream().allMatch(host -> host.acknowledged() >= revision));
        });
    row("new provider " + number + ": until every host has said that it has the KDK", time);
  }

  private static void views(Client admin) {
    for (String path : List.of("/hosts", "/alarms", "/kms/providers")) {
      row("GET " + path, seconds(() -> admin.get(path)));
    }
  }

  private void kill(Client admin, Client other, Process first) {
    // Half of them move, as if their connections had been cut.
    for (int i = 0; i < hosts.size(); i += 2) {
      hosts.get(i).turn();
    }
    await(() -> hosts.stream().filter(host -> host.manager() == 1).count() >= hosts.size() / 2);
    await(() -> hosts.stream().allMatch(SimulatedHost::connected));
    row(
        "new provider, told the first: until every host of both has it",
        seconds(() -> {
          admin.createProvider("provider-4");
          long revision = database.number("SELECT max(revision) FROM cluster");
          await(() -> hosts.stream().allMatch(host -> host.acknowledged() >= revision));
        }));
    admin.backup("provider-4", "pw");
    String task =
        admin
            .post("/vms?action=rekey", "{'all':true,'provider':'provider-4'}")
            .json()
            .path("task")
            .asText();
    long all = hosts.stream().mapToInt(host -> host.providersOfVms().size()).sum();
    await(() -> done() > all / 10);
    long before = done();
    long killed = System.nanoTime();
    first.destroyForcibly();
    await(() -> hosts.stream().allMatch(host -> host.connected() && host.manager() == 1));
    row("killed after so many of " + all + " VMs", Long.toString(before));
    row("until every host was connected to the other", since(killed));
    JsonNode end = other.awaitEnd(task);
    row("until the bulk task had ended", since(killed));
    row("its end", end.path("state").asText() + ", " + end.path("counts"));
    row(
        "events \"vm.rekey ok\" in the trail",
        Long.toString(
            database.number(
                "SELECT count(*) FROM audit_event WHERE action = 'vm.rekey' AND result = 'ok'")));
  }

  private long done() {
    return hosts.stream().mapToLong(SimulatedHost::done).sum();
  }

  private static void await(BooleanSupplier reached) {
    long until = System.nanoTime() + Duration.ofMinutes(10).toNanos();
    while (!reached.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException("it was not reached in ten minutes");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException stop) {
        throw new IllegalStateException(stop);
      }
    }
  }

  private static Duration processor(ProcessHandle process) {
    return process.info().totalCpuDuration().orElseThrow();
  }

  private Duration processors() {
    ProcessHandle server = database.process();
    Duration all = processor(server);
    for (ProcessHandle child : server.children().toList()) {
      all = all.plus(child.info().totalCpuDuration().orElse(Duration.ZERO));
    }
    return all;
  }

  private long transactions() {
    return database.number(
        "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = 'postgres'");
  }

  private static long resident(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
              .findFirst()
              .orElseThrow()
          / 1024;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Bytes, as the runtime's own tool says after a full collection. */
  private static long liveHeap(long pid) {
    try {
      Process tool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                  Long.toString(pid),
                  "GC.class_histogram")
              .start();
      String[] lines =
          new String(tool.getInputStream().readAllBytes(), UTF_8).strip().split("\n", -1);
      return Long.parseLong(lines[lines.length - 1].strip().split("\\s+", -1)[2]);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String seconds(Runnable what) {
    long began = System.nanoTime();
    what.run();
    return since(began);
  }

  private static String since(long began) {
    return number((System.nanoTime() - began) / 1e9) + " s";
  }

  private static String millis(double value) {
    return number(value) + " ms";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static void row(String what, String value) {
    System.out.println("| " + what + " | " + value + " |");
  }
}
