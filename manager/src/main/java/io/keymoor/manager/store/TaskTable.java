package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.model.PortionId;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.port.TaskStore;
import io.keymoor.provider.KeyId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/**
 * Tasks: a row each, but for those of bulk tasks, which are in portions as long as nothing more is
 * to be said of them than that they were handed out and ended ({@link PortionTable}).
 */
record TaskTable(Handle handle) implements TaskStore {
  private static final Comparator<Task> OLDEST_FIRST =
      Comparator.comparing((Task task) -> task.times().created()).thenComparing(Task::id);

  @Override
  public void insert(Task task) {
    if (task.work().changesKeys()) {
      lockNewTasks();
      if (changingKeysOf(task.vm()).isPresent()) {
        throw new IllegalStateException("a second task that changes keys of " + task.vm());
      }
    }
    TaskColumns.Work work = TaskColumns.Work.of(task.work());
    changing(
            handle
                .createUpdate(
                    """
                    INSERT INTO task (id, version, vm, vm_name, host, kind, changes_keys, parts,
                      provider, key_id, flag, way, rate, actor, address, state, phase, done, total, unit,
                      pace, cancel_requested, pause_requested, paused, summary, warnings, error_code, created,
                      delivered, started, ended)
                    VALUES (:id, :version, :vm, :vm_name, :host, :kind, :changes_keys, :parts,
                      :provider, :key_id, :flag, :way, :rate, :actor, :address, :state, :phase, :done,
                      :total, :unit, :pace, :cancel_requested, :pause_requested, :paused, :summary, :warnings,
                      :error_code, :created, :delivered, :started, :ended)\
                    """)
                .bind("vm", task.vm())
                .bind("vm_name", task.vmName())
                .bind("host", task.host())
                .bind("kind", task.work().kind())
                .bind("changes_keys", task.work().changesKeys())
                .bindArray("parts", String.class, work.parts())
                .bind("provider", work.provider())
                .bind("key_id", work.keyId().map(KeyId::text))
                .bind("flag", work.flag())
                .bind("way", work.how().way().text())
                .bind("rate", work.how().bytesPerSecond())
                .bind("actor", task.actor())
                .bind("address", task.address())
                .bind("created", Columns.utc(task.times().created())),
            task)
        .execute();
  }

  @Override
  public Set<UUID> insert(UUID bulk, List<Part> parts) {
    if (parts.isEmpty()) {
      return Set.of();
    }
    lockNewTasks();
    Set<UUID> busy =
        changingKeysOf(parts.stream().map(part -> part.task().vm()).toList(), bulk).keySet();
    return new NewPortions(handle).insert(bulk, parts, busy);
  }

  @Override
  public void lockNewTasks() {
    portions().lockNewTasks();
  }

  private PortionTable portions() {
    return new PortionTable(handle);
  }

  @Override
  public List<Task> lock(Collection<UUID> ids) {
    List<Portion> portions = portions().lock(ids);
    Map<UUID, Portion> there = PortionTable.in(portions, ids);
    List<Task> tasks = new ArrayList<>();
    there.forEach((id, portion) -> tasks.add(portion.task(PortionId.place(id))));
    List<UUID> others = without(ids, there.keySet());
    if (!others.isEmpty()) {
      tasks.addAll(new TaskBatches(handle).lock(others));
    }
    return inOrder(tasks);
  }

  private static List<UUID> without(Collection<UUID> ids, Set<UUID> some) {
    return ids.stream().filter(id -> !some.contains(id)).toList();
  }

  private static List<Task> inOrder(Collection<Task> tasks) {
    return tasks.stream().sorted(OLDEST_FIRST).toList();
  }

  @Override
  public void waiting(Map<UUID, String> phases) {
    if (!phases.isEmpty()) {
      new PortionMoves(handle).moveOpen(phases.keySet());
      new TaskBatches(handle).waiting(phases);
    }
  }

  @Override
  public Set<UUID> delivered(List<UUID> ids, Instant now) {
    if (ids.isEmpty()) {
      return Set.of();
    }
    Set<UUID> first = new HashSet<>(portions().delivered(ids, now));
    first.addAll(new TaskBatches(handle).delivered(without(ids, first), now));
    return first;
  }

  @Override
  public void running(List<UUID> ids, Instant now) {
    if (!ids.isEmpty()) {
      portions().running(ids, now);
      new TaskBatches(handle).running(ids, now);
    }
  }

  @Override
  public void end(List<Task> tasks) {
    Set<UUID> ended = portions().end(tasks.stream().filter(TaskTable::withoutWarnings).toList());
    List<Task> others = tasks.stream().filter(task -> !ended.contains(task.id())).toList();
    if (!others.isEmpty()) {
      // With warnings, or a second time: a portion has no place for that.
      new PortionMoves(handle).move(others.stream().map(Task::id).toList());
      new TaskBatches(handle).end(others.stream().filter(TaskTable::withoutWarnings).toList());
      others.stream().filter(task -> !withoutWarnings(task)).forEach(this::update);
    }
  }

  private static boolean withoutWarnings(Task task) {
    return task.end().map(TaskColumns.End::of).map(end -> end.warnings().isEmpty()).orElse(true);
  }

  @Override
  public Optional<Task> find(UUID id) {
    return portions().find(id).or(() -> one("SELECT * FROM task WHERE id = :id", id));
  }

  @Override
  public Optional<Task> lock(UUID id) {
    // Whoever locks one alone may change what a portion doesn't have.
    Optional<Portion> portion =
        portions().lock(List.of(id)).stream().filter(it -> it.has(id)).findFirst();
    if (portion.isPresent()) {
      int place = PortionId.place(id);
      if (!Portion.isOpen(portion.get().letter(place))) {
        return Optional.of(portion.get().task(place));
      }
      new PortionMoves(handle).moveOpen(List.of(id));
    }
    return one("SELECT * FROM task WHERE id = :id FOR UPDATE", id);
  }

  @Override
  public void update(Task task) {
    changing(
            handle.createUpdate(
                """
                UPDATE task SET version = :version, state = :state, phase = :phase, done = :done,
                  total = :total, unit = :unit, pace = :pace,
                  cancel_requested = :cancel_requested, pause_requested = :pause_requested,
                  paused = :paused,
                  summary = :summary, warnings = :warnings, error_code = :error_code,
                  delivered = :delivered, started = :started, ended = :ended,
                  late = late OR (bulk IS NOT NULL AND ended IS NOT NULL)
                WHERE id = :id\
                """),
            task)
        .execute();
  }

  @Override
  public List<Task> newest(int limit) {
    return handle
        .createQuery("SELECT * FROM task WHERE bulk IS NULL ORDER BY created DESC, id LIMIT :limit")
        .bind("limit", limit)
        .map((row, context) -> TaskColumns.task(row))
        .list();
  }

  @Override
  public List<Task> pausedBefore(Instant then) {
    return handle
        .createQuery(
            """
            SELECT * FROM task WHERE ended IS NULL AND pause_requested AND COALESCE(paused, created) < :then
            ORDER BY created, id\
            """)
        .bind("then", Columns.utc(then))
        .map((row, context) -> TaskColumns.task(row))
        .list();
  }

  @Override
  public List<Task> openOn(UUID host) {
    new PortionMoves(handle).openOn(host);
    return handle
        .createQuery(
            """
            SELECT * FROM task WHERE host = :host AND ended IS NULL ORDER BY created, id
            FOR UPDATE\
            """)
        .bind("host", host)
        .map((row, context) -> TaskColumns.task(row))
        .list();
  }

  @Override
  public List<Task> seenOn(UUID host) {
    Map<UUID, Task> seen = new LinkedHashMap<>();
    portions().openOn(host).forEach(task -> seen.put(task.id(), task));
    // One that moved into a row in between is there twice: the row knows better.
    handle
        .createQuery("SELECT * FROM task WHERE host = :host AND ended IS NULL ORDER BY created, id")
        .bind("host", host)
        .map((row, context) -> TaskColumns.task(row))
        .forEach(task -> seen.put(task.id(), task));
    return inOrder(seen.values());
  }

  @Override
  public List<Task> toSettle(UUID host, Collection<UUID> known, Instant deadline) {
    List<Task> tasks = new ArrayList<>();
    if (!known.isEmpty()) {
      // Most of what a host knows runs: nothing is locked for that.
      PortionTable.in(portions().lock(known, "qd"), known)
          .forEach((id, portion) -> tasks.add(portion.task(PortionId.place(id))));
      tasks.removeIf(task -> task.state() != Task.State.QUEUED || !task.host().equals(host));
    }
    tasks.addAll(rowsToSettle(host, known, deadline));
    return inOrder(tasks);
  }

  private List<Task> rowsToSettle(UUID host, Collection<UUID> known, Instant deadline) {
    return handle
        .createQuery(
            """
            SELECT * FROM task
            WHERE host = :host AND ended IS NULL AND state = 'queued'
              AND (cancel_requested OR (created < :deadline AND bulk IS NULL)
                OR id = ANY (:known))
            ORDER BY created, id FOR UPDATE\
            """)
        .bind("host", host)
        .bind("deadline", Columns.utc(deadline))
        .bind("known", Uuids.of(known))
        .map((row, context) -> TaskColumns.task(row))
        .list();
  }

  @Override
  public List<Task> neverDelivered(Instant deadline, int most) {
    return handle
        .createQuery(
            """
            SELECT * FROM task
            WHERE ended IS NULL AND delivered IS NULL AND created < :deadline AND bulk IS NULL
            ORDER BY created, id LIMIT :most FOR UPDATE SKIP LOCKED\
            """)
        .bind("deadline", Columns.utc(deadline))
        .bind("most", most)
        .map((row, context) -> TaskColumns.task(row))
        .list();
  }

  @Override
  public List<Task> undelivered(UUID bulk, int most) {
    new PortionMoves(handle).queuedOf(bulk, most);
    return new TaskBatches(handle).undelivered(bulk, most);
  }

  @Override
  public List<Task> unreached(
      UUID bulk, Collection<UUID> silent, Instant waiting, Instant all, int most) {
    new PortionMoves(handle).queuedOf(bulk, silent, all, most);
    return new TaskBatches(handle).unreached(bulk, silent, waiting, all, most);
  }

  @Override
  public Map<UUID, UUID> changingKeysOf(Collection<UUID> vms, UUID bulk) {
    return changingKeysOf(vms, Optional.of(bulk));
  }

  private Map<UUID, UUID> changingKeysOf(Collection<UUID> vms, Optional<UUID> bulk) {
    Map<UUID, UUID> found = new HashMap<>(portions().changingKeysOf(vms, bulk));
    found.putAll(new TaskBatches(handle).changingKeysOf(vms));
    return found;
  }

  @Override
  public Optional<UUID> changingKeysOf(UUID vm) {
    return Optional.ofNullable(changingKeysOf(List.of(vm), Optional.empty()).get(vm));
  }

  @Override
  public Optional<UUID> openOf(UUID vm) {
    Optional<UUID> inPortion =
        Optional.ofNullable(portions().changingKeysOf(List.of(vm), Optional.empty()).get(vm));
    return inPortion.or(() ->
        handle
            .createQuery("SELECT id FROM task WHERE vm = :vm AND ended IS NULL ORDER BY created")
            .bind("vm", vm)
            .map((row, context) -> Columns.uuid(row, "id"))
            .findFirst());
  }

  @Override
  public List<KeyId> keysAtWork(UUID provider) {
    Set<KeyId> keys = new LinkedHashSet<>(portions().keysAtWork(provider));
    handle
        .createQuery(
            """
            SELECT DISTINCT key_id FROM task
            WHERE provider = :id AND ended IS NULL AND key_id IS NOT NULL\
            """)
        .bind("id", provider)
        .map((row, context) -> TaskColumns.key(row))
        .forEach(keys::add);
    return List.copyOf(keys);
  }

  @Override
  public Map<UUID, KeyName> keysOfOpen(UUID cluster) {
    Map<UUID, KeyName> keys = new HashMap<>(new PortionKeys(handle).ofOpen(cluster));
    keys.putAll(new TaskKeys(handle).ofOpen(cluster));
    return keys;
  }

  @Override
  public void keysArrived(UUID host, UUID cluster, Collection<KeyName> keys) {
    new PortionKeys(handle).arrived(host, cluster, keys);
    new TaskKeys(handle).arrived(host, cluster, keys);
  }

  @Override
  public Map<UUID, Set<UUID>> keyHolders(Collection<UUID> tasks) {
    if (tasks.isEmpty()) {
      return Map.of();
    }
    Map<UUID, Set<UUID>> holders = new HashMap<>(new PortionKeys(handle).holders(tasks));
    // One that moved into a row left behind who had its key then; who got it since is in the row.
    new TaskKeys(handle)
        .holders(tasks)
        .forEach((task, more) -> holders.computeIfAbsent(task, _ -> new HashSet<>()).addAll(more));
    return holders;
  }

  private Optional<Task> one(String sql, UUID id) {
    return handle
        .createQuery(sql)
        .bind("id", id)
        .map((row, context) -> TaskColumns.task(row))
        .findFirst();
  }

  private static Update changing(Update update, Task task) {
    TaskColumns.End end = task.end().map(TaskColumns.End::of).orElse(TaskColumns.End.NONE);
    return update
        .bind("id", task.id())
        .bind("version", task.version())
        .bind("state", TaskColumns.word(task))
        .bind("phase", task.progress().phase())
        .bind("done", task.progress().done())
        .bind("total", task.progress().total())
        .bind("unit", task.progress().unit())
        .bind("pace", task.progress().pace().name().toLowerCase(Locale.ROOT))
        .bind("cancel_requested", task.cancelRequested())
        .bind("pause_requested", task.pauseRequested().isPresent())
        .bind("paused", task.pauseRequested().map(Columns::utc))
        .bind("summary", end.summary())
        .bindArray("warnings", String.class, end.warnings())
        .bind("error_code", end.code())
        .bind("delivered", task.times().delivered().map(Columns::utc))
        .bind("started", task.times().started().map(Columns::utc))
        .bind("ended", task.times().ended().map(Columns::utc));
  }
}
