package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.model.Rewriting;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.model.VmWork;
import io.keymoor.manager.domain.port.TaskStore;
import io.keymoor.provider.KeyId;
import java.sql.ResultSet;
import java.sql.SQLException;
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
    Work work = Work.of(task.work());
    changing(
            handle
                .createUpdate(
                    """
                    INSERT INTO task (id, version, vm, vm_name, host, kind, changes_keys, parts,
                      provider, key_id, flag, way, rate, actor, address, state, phase, done, total, unit,
                      cancel_requested, summary, warnings, error_code, created, delivered, started,
                      ended)
                    VALUES (:id, :version, :vm, :vm_name, :host, :kind, :changes_keys, :parts,
                      :provider, :key_id, :flag, :way, :rate, :actor, :address, :state, :phase, :done,
                      :total, :unit, :cancel_requested, :summary, :warnings, :error_code, :created,
                      :delivered, :started, :ended)\
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
                  total = :total, unit = :unit, cancel_requested = :cancel_requested,
                  summary = :summary, warnings = :warnings, error_code = :error_code,
                  delivered = :delivered, started = :started, ended = :ended
                WHERE id = :id\
                """),
            task)
        .execute();
  }

  @Override
  public List<Task> newest(int limit) {
    return handle
        .createQuery("SELECT * FROM task ORDER BY created DESC, id LIMIT :limit")
        .bind("limit", limit)
        .map((row, context) -> task(row))
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
        .map((row, context) -> task(row))
        .list();
  }

  @Override
  public List<Task> neverDelivered(Instant deadline) {
    return handle
        .createQuery(
            """
            SELECT * FROM task
            WHERE ended IS NULL AND delivered IS NULL AND created < :deadline
            FOR UPDATE SKIP LOCKED\
            """)
        .bind("deadline", Columns.utc(deadline))
        .map((row, context) -> task(row))
        .list();
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
  public Set<KeyName> keysOfOpen(UUID cluster) {
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
    return handle.createQuery(sql).bind("id", id).map((row, context) -> task(row)).findFirst();
  }

  private static Update changing(Update update, Task task) {
    End end = task.end().map(End::of).orElse(End.NONE);
    return update
        .bind("id", task.id())
        .bind("version", task.version())
        .bind("state", task.state().name().toLowerCase(Locale.ROOT))
        .bind("phase", task.progress().phase())
        .bind("done", task.progress().done())
        .bind("total", task.progress().total())
        .bind("unit", task.progress().unit())
        .bind("cancel_requested", task.cancelRequested())
        .bind("summary", end.summary())
        .bindArray("warnings", String.class, end.warnings())
        .bind("error_code", end.code())
        .bind("delivered", task.times().delivered().map(Columns::utc))
        .bind("started", task.times().started().map(Columns::utc))
        .bind("ended", task.times().ended().map(Columns::utc));
  }

  private static Task task(ResultSet row) throws SQLException {
    return new Task(
        Columns.uuid(row, "id"),
        row.getLong("version"),
        Columns.uuid(row, "vm"),
        row.getString("vm_name"),
        Columns.uuid(row, "host"),
        work(row),
        row.getString("actor"),
        row.getString("address"),
        state(row),
        new Task.Progress(
            row.getString("phase"),
            row.getLong("done"),
            row.getLong("total"),
            row.getString("unit")),
        row.getBoolean("cancel_requested"),
        end(row),
        new Task.Times(
            Columns.instant(row, "created"),
            Columns.optionalInstant(row, "delivered"),
            Columns.optionalInstant(row, "started"),
            Columns.optionalInstant(row, "ended")));
  }

  private static Task.State state(ResultSet row) throws SQLException {
    return Task.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT));
  }

  private static Optional<Task.End> end(ResultSet row) throws SQLException {
    String summary = Columns.optionalText(row, "summary").orElse("");
    return switch (state(row)) {
      case QUEUED, RUNNING -> Optional.empty();
      case SUCCEEDED ->
          Optional.of(new Task.End.Succeeded(summary, Columns.texts(row, "warnings")));
      case FAILED -> Optional.of(new Task.End.Failed(row.getString("error_code"), summary));
      case CANCELLED -> Optional.of(new Task.End.Cancelled(summary));
    };
  }

  private static VmWork work(ResultSet row) throws SQLException {
    String kind = row.getString("kind");
    boolean flag = row.getBoolean("flag");
    return switch (kind) {
      case "vm_encrypt" ->
          new VmWork.Encrypt(
              Columns.texts(row, "parts"), Columns.uuid(row, "provider"), key(row), how(row));
      case "vm_decrypt" -> new VmWork.Decrypt(Columns.texts(row, "parts"), how(row));
      case "vm_rekey_deep" ->
          new VmWork.DeepRekey(Columns.uuid(row, "provider"), key(row), how(row));
      case "vm_rekey" -> new VmWork.Rekey(Columns.uuid(row, "provider"), key(row));
      case "vm_start" -> new VmWork.Start();
      case "vm_stop" -> new VmWork.Stop(flag);
      case "vm_unlock" -> new VmWork.Unlock(flag);
      case "vm_tpm_add" -> new VmWork.AddVtpm(Columns.uuid(row, "provider"), key(row));
      case "vm_tpm_remove" -> new VmWork.RemoveVtpm();
      default -> throw new IllegalStateException("a task of unknown kind " + kind);
    };
  }

  private static KeyId key(ResultSet row) throws SQLException {
    return new KeyId(row.getString("key_id"));
  }

  private static Rewriting how(ResultSet row) throws SQLException {
    return Rewriting.of(Optional.of(row.getString("way")), row.getLong("rate"));
  }

  /** The columns of a task's work. */
  private record Work(
      List<String> parts,
      Optional<UUID> provider,
      Optional<KeyId> keyId,
      boolean flag,
      Rewriting how) {
    static Work of(VmWork work) {
      return switch (work) {
        case VmWork.Encrypt w -> keyed(w.parts(), w.provider(), w.keyId(), w.how());
        case VmWork.Decrypt w ->
            new Work(w.parts(), Optional.empty(), Optional.empty(), false, w.how());
        case VmWork.DeepRekey w -> keyed(List.of(), w.provider(), w.keyId(), w.how());
        case VmWork.Rekey w -> keyed(List.of(), w.provider(), w.keyId(), Rewriting.CHOSEN);
        case VmWork.AddVtpm w -> keyed(List.of(), w.provider(), w.keyId(), Rewriting.CHOSEN);
        case VmWork.Stop w -> plain(w.force());
        case VmWork.Unlock w -> plain(w.acceptOlderRecord());
        case VmWork.Start _, VmWork.RemoveVtpm _ -> plain(false);
      };
    }

    private static Work keyed(List<String> parts, UUID provider, KeyId key, Rewriting how) {
      return new Work(parts, Optional.of(provider), Optional.of(key), false, how);
    }

    private static Work plain(boolean flag) {
      return new Work(List.of(), Optional.empty(), Optional.empty(), flag, Rewriting.CHOSEN);
    }
  }

  /** The columns of a task's end. */
  private record End(Optional<String> summary, List<String> warnings, Optional<String> code) {
    static final End NONE = new End(Optional.empty(), List.of(), Optional.empty());

    static End of(Task.End end) {
      return switch (end) {
        case Task.End.Succeeded done ->
            new End(Optional.of(done.summary()), done.warnings(), Optional.empty());
        case Task.End.Failed failed ->
            new End(Optional.of(failed.sentence()), List.of(), Optional.of(failed.code()));
        case Task.End.Cancelled stopped ->
            new End(Optional.of(stopped.summary()), List.of(), Optional.empty());
      };
    }
  }
}
