package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.port.TaskStore;
import io.keymoor.provider.KeyId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/** Tasks, one row each. */
record TaskTable(Handle handle) implements TaskStore {
  @Override
  public void insert(Task task) {
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
  public Set<UUID> insert(UUID bulk, List<Task> tasks) {
    return new TaskBatches(handle).insert(bulk, tasks);
  }

  @Override
  public List<Task> lock(Collection<UUID> ids) {
    return new TaskBatches(handle).lock(ids);
  }

  @Override
  public void waiting(Map<UUID, String> phases) {
    new TaskBatches(handle).waiting(phases);
  }

  @Override
  public Set<UUID> delivered(List<UUID> ids, Instant now) {
    return new TaskBatches(handle).delivered(ids, now);
  }

  @Override
  public void running(List<UUID> ids, Instant now) {
    new TaskBatches(handle).running(ids, now);
  }

  @Override
  public void end(List<Task> tasks) {
    List<Task> plain = tasks.stream().filter(TaskTable::withoutWarnings).toList();
    new TaskBatches(handle).end(plain);
    tasks.stream().filter(task -> !withoutWarnings(task)).forEach(this::update);
  }

  private static boolean withoutWarnings(Task task) {
    return task.end().map(TaskColumns.End::of).map(end -> end.warnings().isEmpty()).orElse(true);
  }

  @Override
  public Optional<Task> find(UUID id) {
    return one("SELECT * FROM task WHERE id = :id", id);
  }

  @Override
  public Optional<Task> lock(UUID id) {
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
    return handle
        .createQuery("SELECT * FROM task WHERE host = :host AND ended IS NULL ORDER BY created, id")
        .bind("host", host)
        .map((row, context) -> TaskColumns.task(row))
        .list();
  }

  @Override
  public List<Task> toSettle(UUID host, Collection<UUID> known, Instant deadline) {
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
        .bindArray("known", UUID.class, known)
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
    return new TaskBatches(handle).undelivered(bulk, most);
  }

  @Override
  public List<Task> unreached(
      UUID bulk, Collection<UUID> silent, Instant waiting, Instant all, int most) {
    return new TaskBatches(handle).unreached(bulk, silent, waiting, all, most);
  }

  @Override
  public Map<UUID, UUID> changingKeysOf(Collection<UUID> vms) {
    return new TaskBatches(handle).changingKeysOf(vms);
  }

  @Override
  public Optional<UUID> changingKeysOf(UUID vm) {
    return open("SELECT id FROM task WHERE vm = :vm AND ended IS NULL AND changes_keys", vm);
  }

  @Override
  public Optional<UUID> openOf(UUID vm) {
    return open("SELECT id FROM task WHERE vm = :vm AND ended IS NULL ORDER BY created", vm);
  }

  @Override
  public List<KeyId> keysAtWork(UUID provider) {
    return handle
        .createQuery(
            """
            SELECT DISTINCT key_id FROM task
            WHERE provider = :id AND ended IS NULL AND key_id IS NOT NULL\
            """)
        .bind("id", provider)
        .map((row, context) -> TaskColumns.key(row))
        .list();
  }

  @Override
  public Map<UUID, KeyName> keysOfOpen(UUID cluster) {
    return new TaskKeys(handle).ofOpen(cluster);
  }

  @Override
  public void keysArrived(UUID host, UUID cluster, Collection<KeyName> keys) {
    new TaskKeys(handle).arrived(host, cluster, keys);
  }

  @Override
  public Map<UUID, Set<UUID>> keyHolders(Collection<UUID> tasks) {
    return new TaskKeys(handle).holders(tasks);
  }

  private Optional<UUID> open(String sql, UUID vm) {
    return handle
        .createQuery(sql)
        .bind("vm", vm)
        .map((row, context) -> Columns.uuid(row, "id"))
        .findFirst();
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
        .bind("state", task.state().name().toLowerCase(Locale.ROOT))
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
