package io.keymoor.manager.bulk;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.manager.domain.Audit;
import io.keymoor.manager.domain.Bell;
import io.keymoor.manager.domain.ProviderViews;
import io.keymoor.manager.domain.Settings;
import io.keymoor.manager.domain.Tasks;
import io.keymoor.manager.domain.bulk.BulkDriver;
import io.keymoor.manager.domain.bulk.Bulks;
import io.keymoor.manager.domain.model.AuditEvent;
import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.BulkItem;
import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Cluster;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.HostCondition;
import io.keymoor.manager.domain.model.HostFacts;
import io.keymoor.manager.domain.model.PartState;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.model.Vm;
import io.keymoor.manager.domain.port.KeyIssuing;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.catalog.ProviderEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * A cluster with hosts and VMs in a database, without a server: a test says what hosts do, what
 * time it is, and when a driver makes a step.
 */
final class BulkEstate {
  static final Duration SILENCE = Duration.ofSeconds(60);
  static final Duration START = Duration.ofSeconds(60);
  static final Caller ADMIN = new Caller("admin:test", "127.0.0.1", Set.of());

  final Tasks tasks;
  final Bulks bulks;
  final Audit audit;
  final List<UUID> hosts = new ArrayList<>();
  private final Transactions transactions;
  private final String name;
  private final ProviderViews views;
  private final Settings settings;
  private Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

  BulkEstate(Transactions transactions, String name, int hosts, int vmsOfEach) {
    this.transactions = transactions;
    this.name = name;
    this.settings = new Settings(UUID.randomUUID(), START, SILENCE, Duration.ofSeconds(30));
    this.audit = new Audit(transactions, this::now);
    this.tasks = new Tasks(transactions, audit, new Bell(), settings, this::now);
    this.views = new ProviderViews(this::now, SILENCE);
    this.bulks = new Bulks(transactions, audit, views, new Bell(), this::now);
    UUID from = provider(name + "-from");
    provider(to());
    UUID cluster = UUID.randomUUID();
    transactions.in(stores -> stores.estate().insert(new Cluster(cluster, name, 1)));
    IntStream.range(0, hosts).forEach(i -> this.hosts.add(host(cluster, i, vmsOfEach, from)));
  }

  Instant now() {
    return now;
  }

  void forward(Duration time) {
    now = now.plus(time);
  }

  /** Whether it is about one of its objects, or its bulk tasks. */
  boolean has(AuditEvent event) {
    return event.object().filter(object -> object.name().contains(name)).isPresent();
  }

  private String to() {
    return name + "-to";
  }

  /** A driver of a manager that nobody sees: another one may take over from it at once. */
  BulkDriver driver(KeyIssuing issuing) {
    return new BulkDriver(
        transactions,
        tasks,
        audit,
        views,
        issuing,
        settings,
        UUID.randomUUID(),
        new Bell(),
        new Bell(),
        this::now);
  }

  private UUID provider(String of) {
    ProviderEntry entry =
        new ProviderEntry(
            UUID.randomUUID(),
            new ProviderName(of),
            List.of(),
            new ProviderEntry.Native(
                false, new KeyCheckValue("0123456789abcdef"), Optional.of(now)),
            now);
    transactions.in(stores -> {
      stores.providers().insert(entry, new byte[] {1});
      return true;
    });
    return entry.id();
  }

  private UUID host(UUID cluster, int number, int vms, UUID provider) {
    UUID id = UUID.randomUUID();
    String of = name + "-host" + number;
    Host host =
        new Host(
            id,
            of,
            cluster,
            name,
            new Host.Identity("key", of, now),
            Optional.of(now),
            new HostFacts("0.1.0", "9.0.0", "7.2.0", false, Duration.ZERO),
            new HostCondition(1, "safe", "", "ok", Optional.empty(), Optional.empty()));
    List<Vm> all = IntStream.range(0, vms).mapToObj(i -> vm(of + "-vm" + i, id, provider)).toList();
    transactions.in(stores -> {
      stores.estate().insert(host);
      stores.estate().seen(id, now);
      stores.vms().save(all);
      stores.vms().register(id, all.stream().map(Vm::id).toList(), now);
      return true;
    });
    return id;
  }

  private static Vm vm(String name, UUID host, UUID provider) {
    PartState home =
        new PartState(
            "home",
            true,
            Optional.of(provider),
            Optional.of("from"),
            Optional.of("first"),
            Optional.empty(),
            Optional.empty(),
            0,
            "");
    return new Vm(
        UUID.randomUUID(),
        name,
        host,
        "off",
        List.of(home),
        false,
        Optional.empty(),
        1,
        Optional.empty(),
        List.of());
  }

  /** Asks for a rekey of all its VMs. */
  UUID rekey() {
    return bulks
        .rekey(ADMIN, new Bulks.Wanted(Optional.of(name), List.of(), true), Optional.of(to()))
        .task();
  }

  Bulk bulk(UUID id) {
    return bulks.find(id).orElseThrow();
  }

  List<BulkItem> items(UUID bulk, BulkItem.State state) {
    return bulks.items(bulk, Optional.of(state), -1, 1000);
  }

  /** The host is heard of. */
  void seen(UUID host) {
    transactions.in(stores -> {
      stores.estate().seen(host, now);
      return true;
    });
  }

  void remove(UUID host) {
    transactions.in(stores -> {
      stores.estate().remove(host);
      return true;
    });
  }

  /** Its tasks that have not ended. */
  List<Task> open(UUID host) {
    return transactions.in(stores -> stores.tasks().seenOn(host));
  }

  /** The host takes what there is for it. */
  List<Task> take(UUID host) {
    List<UUID> ids = open(host).stream().map(Task::id).toList();
    transactions.in(stores -> stores.tasks().delivered(ids, now));
    return open(host);
  }

  /** These wait for something else than their host. */
  void waits(List<Task> waiting, String phase) {
    transactions.in(stores -> {
      waiting.forEach(task -> stores.tasks().waiting(Map.of(task.id(), phase)));
      return true;
    });
  }

  /** Its host tells how it ended. */
  void end(Task task, Task.End how) {
    transactions.in(stores -> {
      tasks.end(stores, Map.of(stores.tasks().lock(List.of(task.id())).getFirst(), how));
      return true;
    });
  }

  void done(List<Task> all) {
    all.forEach(task -> end(task, new Task.End.Succeeded("Rekeyed.", List.of())));
  }
}
