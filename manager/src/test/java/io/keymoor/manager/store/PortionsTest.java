package io.keymoor.manager.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.BulkItem;
import io.keymoor.manager.domain.model.Cluster;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.HostCondition;
import io.keymoor.manager.domain.model.HostFacts;
import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.model.ObjectRef;
import io.keymoor.manager.domain.model.PortionId;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.model.VmWork;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.TaskStore;
import io.keymoor.manager.testing.SharedDatabase;
import io.keymoor.provider.KeyId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks and objects of bulk tasks as they are stored: many to a row, and single ones apart. */
class PortionsTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00.123456Z");
  private static final Task.End DONE = new Task.End.Succeeded("Rekeyed.", List.of());
  private static final UUID PROVIDER = UUID.randomUUID();

  @TempDir private static Path directory = Path.of("");
  private static @Nullable SharedDatabase server;
  private static @Nullable Database database;

  private final UUID bulk = UUID.randomUUID();

  @BeforeAll
  static void startDatabase() {
    server = SharedDatabase.start(directory);
    database = server().open();
  }

  @AfterAll
  static void stopDatabase() {
    Objects.requireNonNull(database).close();
    server().close();
  }

  private static SharedDatabase server() {
    return Objects.requireNonNull(server);
  }

  private static <T> T in(Function<Stores, T> work) {
    return Objects.requireNonNull(database).in(work);
  }

  private static void run(Consumer<Stores> work) {
    in(stores -> {
      work.accept(stores);
      return true;
    });
  }

  /** A host in a cluster of its own unless one is given. */
  private static UUID host(UUID cluster) {
    UUID id = UUID.randomUUID();
    run(stores ->
        stores
            .estate()
            .insert(
                new Host(
                    id,
                    id.toString(),
                    cluster,
                    "cluster",
                    new Host.Identity("key", id.toString(), NOW),
                    Optional.of(NOW),
                    new HostFacts("0.1.0", "9.0.0", "7.2.0", false, Duration.ZERO),
                    new HostCondition(1, "safe", "", "ok", Optional.empty(), Optional.empty()))));
    return id;
  }

  private static UUID cluster() {
    UUID id = UUID.randomUUID();
    run(stores -> stores.estate().insert(new Cluster(id, id.toString(), 1)));
    return id;
  }

  private static List<BulkItem> waiting(UUID host, int howMany) {
    return IntStream.range(0, howMany)
        .mapToObj(i -> {
          UUID vm = UUID.randomUUID();
          return BulkItem.waiting(
              i, new ObjectRef("vm", vm.toString(), "vm" + i), vm, host, PROVIDER);
        })
        .toList();
  }

  private static Task task(UUID id, UUID vm, UUID host) {
    return new Task(
        id,
        1,
        vm,
        "vm",
        host,
        new VmWork.Rekey(PROVIDER, new KeyId("key-of-" + id)),
        "admin:test",
        "127.0.0.1",
        Task.State.QUEUED,
        Task.Progress.NONE,
        false,
        Optional.empty(),
        Optional.empty(),
        new Task.Times(NOW, Optional.empty(), Optional.empty(), Optional.empty()));
  }

  /** Objects of a bulk task that a host is handed. */
  private List<Task> handed(UUID host, int howMany) {
    return in(stores -> {
      stores.bulks().add(bulk, waiting(host, howMany));
      return open(stores, stores.bulks().wave(bulk, List.of(host), 1000, 1000));
    });
  }

  private List<Task> open(Stores stores, List<BulkItem> items) {
    PortionId portion = PortionId.random();
    List<TaskStore.Part> parts = new ArrayList<>();
    for (BulkItem item : items) {
      Task task = task(portion.task(parts.size() + 1), item.id(), item.host());
      parts.add(new TaskStore.Part(item.position(), task));
    }
    stores.tasks().insert(bulk, parts);
    stores
        .bulks()
        .update(
            bulk,
            IntStream.range(0, items.size())
                .mapToObj(i -> items.get(i).opened(parts.get(i).task().id()))
                .toList());
    return parts.stream().map(TaskStore.Part::task).toList();
  }

  private static void end(List<Task> tasks, Task.End how) {
    run(stores ->
        stores
            .tasks()
            .end(
                stores.tasks().lock(tasks.stream().map(Task::id).toList()).stream()
                    .map(task -> task.ended(how, NOW.plusSeconds(5)))
                    .toList()));
  }

  private long rows(Task task) {
    return server().number("SELECT count(*) FROM task WHERE id = '" + task.id() + "'");
  }

  private Bulk.Counts settle() {
    return in(stores -> stores.bulks().settle(bulk));
  }

  private List<BulkItem> items(BulkItem.State state) {
    return in(stores -> stores.bulks().items(bulk, Optional.of(state), -1, 1000));
  }

  private static Task shown(Task task) {
    return in(stores -> stores.tasks().find(task.id()).orElseThrow());
  }

  @Test
  void whatAHostIsHandedAtOnceIsOneRowFromBeginningToEnd() {
    UUID host = host(cluster());
    List<Task> tasks = handed(host, 3);
    List<UUID> ids = tasks.stream().map(Task::id).toList();
    assertThat(PortionsTest.<List<Task>>in(stores -> stores.tasks().seenOn(host))).isEqualTo(tasks);
    assertThat(shown(tasks.getFirst())).isEqualTo(tasks.getFirst());

    assertThat(
            PortionsTest.<Set<UUID>>in(stores -> stores.tasks().delivered(ids.subList(0, 2), NOW)))
        .containsExactlyInAnyOrderElementsOf(ids.subList(0, 2));
    assertThat(
            PortionsTest.<Set<UUID>>in(stores -> stores.tasks().delivered(ids, NOW.plusSeconds(1))))
        .containsExactly(ids.get(2));
    List<Task> known =
        in(stores -> stores.tasks().toSettle(host, List.of(ids.get(1)), Instant.EPOCH));
    assertThat(known).extracting(Task::id).containsExactly(ids.get(1));
    run(stores -> stores.tasks().running(List.of(ids.get(1)), NOW.plusSeconds(2)));
    assertThat(PortionsTest.<List<Task>>in(stores -> stores.tasks().seenOn(host)))
        .extracting(Task::state, task -> task.times().delivered(), task -> task.times().started())
        .containsExactly(
            tuple(Task.State.QUEUED, Optional.of(NOW), Optional.empty()),
            tuple(Task.State.RUNNING, Optional.of(NOW), Optional.of(NOW.plusSeconds(2))),
            tuple(Task.State.QUEUED, Optional.of(NOW), Optional.empty()));
    assertThat(
            PortionsTest.<List<Task>>in(
                stores -> stores.tasks().toSettle(host, List.of(ids.get(1)), Instant.EPOCH)))
        .isEmpty();

    end(tasks.subList(0, 2), DONE);
    Task.End failed = new Task.End.Failed("host_storage_failed", "It's \"read-only\".");
    end(tasks.subList(2, 3), failed);
    assertThat(shown(tasks.getLast()).end()).contains(failed);
    assertThat(shown(tasks.getLast()).times().ended()).contains(NOW.plusSeconds(5));
    assertThat(PortionsTest.<List<Task>>in(stores -> stores.tasks().seenOn(host))).isEmpty();
    assertThat(settle()).isEqualTo(new Bulk.Counts(0, 2, 1, 0, -3));
    assertThat(settle()).isEqualTo(Bulk.Counts.NONE);
    assertThat(items(BulkItem.State.FAILED))
        .extracting(BulkItem::position, BulkItem::task, BulkItem::code, BulkItem::detail)
        .containsExactly(
            tuple(2L, Optional.of(ids.get(2)), "host_storage_failed", "It's \"read-only\"."));
    assertThat(shown(tasks.getLast()).end()).contains(failed);
    assertThat(tasks).allSatisfy(task -> assertThat(rows(task)).isZero());
    assertThat(
            server()
                .number("SELECT count(*) FROM task_portion WHERE closed AND bulk = '" + bulk + "'"))
        .isOne();
  }

  @Test
  void aVmHasOneTaskThatChangesKeysInWhateverKindOfRow() {
    UUID host = host(cluster());
    List<Task> tasks = handed(host, 2);
    UUID vm = tasks.getFirst().vm();
    Task single = task(UUID.randomUUID(), vm, host);
    assertThatThrownBy(() -> run(stores -> stores.tasks().insert(single)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(vm.toString());
    UUID other = UUID.randomUUID();
    PortionId portion = PortionId.random();
    Task busy = task(portion.task(1), vm, host);
    Task free = task(portion.task(2), UUID.randomUUID(), host);
    assertThat(
            PortionsTest.<Set<UUID>>in(stores ->
                stores
                    .tasks()
                    .insert(
                        other, List.of(new TaskStore.Part(0, busy), new TaskStore.Part(1, free)))))
        .containsExactly(free.id());
    assertThat(PortionsTest.<Optional<Task>>in(stores -> stores.tasks().find(busy.id()))).isEmpty();
    assertThat(PortionsTest.<Optional<Task>>in(stores -> stores.tasks().find(free.id())))
        .contains(free);
    assertThat(PortionsTest.<Optional<UUID>>in(stores -> stores.tasks().changingKeysOf(vm)))
        .contains(tasks.getFirst().id());
    assertThat(PortionsTest.<Optional<UUID>>in(stores -> stores.tasks().openOf(vm)))
        .contains(tasks.getFirst().id());
    assertThat(
            PortionsTest.<Map<UUID, UUID>>in(
                stores -> stores.tasks().changingKeysOf(List.of(vm), other)))
        .isEqualTo(Map.of(vm, tasks.getFirst().id()));

    end(tasks, DONE);
    run(stores -> stores.tasks().insert(single));
    PortionId again = PortionId.random();
    assertThat(
            PortionsTest.<Set<UUID>>in(stores ->
                stores
                    .tasks()
                    .insert(other, List.of(new TaskStore.Part(0, task(again.task(1), vm, host))))))
        .isEmpty();
  }

  @Test
  void aTaskThatIsChangedAloneMovesIntoARowOfItsOwnAndKeepsItsIdAndItsKeysHolders() {
    UUID cluster = cluster();
    UUID host = host(cluster);
    UUID neighbour = host(cluster);
    List<Task> tasks = handed(host, 2);
    Task moved = tasks.getFirst();
    KeyName key = new KeyName(PROVIDER, new KeyId("key-of-" + moved.id()));
    run(stores -> stores.tasks().delivered(List.of(moved.id()), NOW));
    run(stores -> stores.tasks().keysArrived(neighbour, cluster, Set.of(key)));

    run(stores -> {
      Task locked = stores.tasks().lock(moved.id()).orElseThrow();
      stores.tasks().update(locked.cancelling());
    });

    assertThat(rows(moved)).isOne();
    assertThat(rows(tasks.getLast())).isZero();
    Task now = shown(moved);
    assertThat(now.cancelRequested()).isTrue();
    assertThat(now.times().delivered()).contains(NOW);
    assertThat(now.work()).isEqualTo(moved.work());
    assertThat(PortionsTest.<List<Task>>in(stores -> stores.tasks().seenOn(host)))
        .extracting(Task::id)
        .containsExactly(moved.id(), tasks.getLast().id());
    assertThat(
            PortionsTest.<Map<UUID, Set<UUID>>>in(
                stores -> stores.tasks().keyHolders(List.of(moved.id()))))
        .isEqualTo(Map.of(moved.id(), Set.of(neighbour)));
    run(stores -> stores.tasks().keysArrived(host, cluster, Set.of(key)));
    assertThat(
            PortionsTest.<Map<UUID, Set<UUID>>>in(
                stores -> stores.tasks().keyHolders(List.of(moved.id()))))
        .isEqualTo(Map.of(moved.id(), Set.of(host, neighbour)));
    end(tasks, DONE);
    assertThat(settle()).isEqualTo(new Bulk.Counts(0, 2, 0, 0, -2));
  }

  /** Or the outcome of the other one would be acknowledged and lost. */
  @Test
  void whoWaitsForAPortionThatATaskIsJustLeavingGetsBothTasks() throws Exception {
    List<Task> tasks = handed(host(cluster()), 2);
    List<UUID> both = tasks.stream().map(Task::id).toList();
    CountDownLatch moved = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> moving =
          threads.submit(() ->
              run(stores -> {
                var _ = stores.tasks().lock(both.getFirst());
                moved.countDown();
                wait(go);
              }));
      wait(moved);
      Future<List<Task>> locking =
          threads.submit(() -> PortionsTest.<List<Task>>in(stores -> stores.tasks().lock(both)));
      await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  server()
                      .number(
                          "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"),
              waiting -> waiting == 1);
      go.countDown();
      moving.get(2, TimeUnit.MINUTES);
      assertThat(locking.get(2, TimeUnit.MINUTES))
          .extracting(Task::id)
          .containsExactlyElementsOf(both);
    }
  }

  private static void wait(CountDownLatch latch) {
    try {
      assertThat(latch.await(2, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException stop) {
      throw new AssertionError(stop);
    }
  }

  @Test
  void warningsAndASecondOutcomeHaveRowsOfTheirOwn() {
    UUID host = host(cluster());
    List<Task> tasks = handed(host, 2);
    Task.End warned = new Task.End.Succeeded("Rekeyed.", List.of("The old key is still there."));
    end(tasks.subList(0, 1), warned);
    Task.End presumed = new Task.End.Failed("host_unreachable", "Nothing was heard of it.");
    end(tasks.subList(1, 2), presumed);
    assertThat(shown(tasks.getFirst()).end()).contains(warned);
    assertThat(settle()).isEqualTo(new Bulk.Counts(0, 1, 1, 0, -2));

    end(tasks.subList(1, 2), DONE);

    assertThat(shown(tasks.getLast()).end()).contains(DONE);
    assertThat(settle()).isEqualTo(Bulk.Counts.NONE);
    assertThat(PortionsTest.<List<UUID>>in(stores -> stores.bulks().toDo())).isNotNull();
    assertThat(PortionsTest.<Bulk.Counts>in(stores -> stores.bulks().settleLate(bulk)))
        .isEqualTo(new Bulk.Counts(0, 1, -1, 0, 0));
    assertThat(items(BulkItem.State.OK)).hasSize(2);
  }

  @Test
  void whichHostsHaveTheNewKeysIsKnownUntilTheTasksHaveEnded() {
    UUID cluster = cluster();
    UUID host = host(cluster);
    UUID neighbour = host(cluster);
    List<Task> tasks = handed(host, 3);
    List<UUID> ids = tasks.stream().map(Task::id).toList();
    Map<UUID, KeyName> keys = in(stores -> stores.tasks().keysOfOpen(cluster));
    assertThat(keys.keySet()).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(PortionsTest.<List<KeyId>>in(stores -> stores.tasks().keysAtWork(PROVIDER)))
        .containsAll(keys.values().stream().map(KeyName::id).toList());

    List<KeyName> some = ids.subList(0, 2).stream().map(keys::get).toList();
    run(stores -> stores.tasks().keysArrived(host, cluster, some));
    run(stores -> stores.tasks().keysArrived(host, cluster, some));
    run(stores -> stores.tasks().keysArrived(neighbour, cluster, keys.values()));
    assertThat(PortionsTest.<Map<UUID, Set<UUID>>>in(stores -> stores.tasks().keyHolders(ids)))
        .isEqualTo(
            Map.of(
                ids.get(0), Set.of(host, neighbour),
                ids.get(1), Set.of(host, neighbour),
                ids.get(2), Set.of(neighbour)));

    end(tasks, DONE);
    var _ = settle();
    assertThat(PortionsTest.<Map<UUID, KeyName>>in(stores -> stores.tasks().keysOfOpen(cluster)))
        .isEmpty();
    assertThat(
            server()
                .number(
                    "SELECT count(*) FROM task_portion_keys WHERE host IN ('%s', '%s')"
                        .formatted(host, neighbour)))
        .isZero();
  }

  @Test
  void objectsKeepTheirPlacesAcrossPagesAndWavesStopAtWhatAHostMayHave() {
    UUID first = host(cluster());
    UUID second = host(cluster());
    List<BulkItem> objects = new ArrayList<>(waiting(first, 300));
    objects.addAll(waiting(second, 10));
    assertThat(PortionsTest.<Integer>in(stores -> stores.bulks().add(bulk, objects)))
        .isEqualTo(310);
    assertThat(PortionsTest.<Integer>in(stores -> stores.bulks().add(bulk, objects))).isZero();

    List<BulkItem> wave = in(stores -> stores.bulks().wave(bulk, List.of(first, second), 128, 200));
    assertThat(wave).hasSize(138);
    run(stores -> {
      var _ = open(stores, wave.stream().filter(item -> item.host().equals(first)).toList());
    });
    List<BulkItem> next = in(stores -> stores.bulks().wave(bulk, List.of(first), 128, 200));
    assertThat(next).hasSize(72).doesNotContainAnyElementsOf(wave);

    List<BulkItem> waiting = items(BulkItem.State.WAITING);
    assertThat(waiting)
        .hasSize(182)
        .isSortedAccordingTo((a, b) -> Long.compare(a.position(), b.position()));
    BulkItem failed = waiting.get(100).concluded(BulkItem.State.FAILED, "vm_busy", "It is busy.");
    run(stores -> stores.bulks().update(bulk, List.of(failed)));
    assertThat(items(BulkItem.State.FAILED)).containsExactly(failed);
    assertThat(
            PortionsTest.<List<BulkItem>>in(
                stores -> stores.bulks().items(bulk, Optional.empty(), failed.position() - 1, 1)))
        .containsExactly(failed);
    assertThat(
            PortionsTest.<Set<Long>>in(stores ->
                stores
                    .bulks()
                    .waiting(bulk, List.of(failed.position(), waiting.getFirst().position()))))
        .containsExactly(waiting.getFirst().position());
    assertThat(PortionsTest.<Bulk.Counts>in(stores -> stores.bulks().retry(bulk)))
        .isEqualTo(new Bulk.Counts(310, 0, 0, 0, 128));
  }
}
