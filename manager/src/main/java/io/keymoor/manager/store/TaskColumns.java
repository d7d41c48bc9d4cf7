package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.HostFacts;
import io.keymoor.manager.domain.model.Rewriting;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.model.VmWork;
import io.keymoor.provider.KeyId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** A task's columns as the domain's values, and back. */
final class TaskColumns {
  private TaskColumns() {}

  static Task task(ResultSet row) throws SQLException {
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
            row.getString("unit"),
            Task.Pace.valueOf(row.getString("pace").toUpperCase(Locale.ROOT))),
        row.getBoolean("cancel_requested"),
        pause(row),
        end(row, Columns.texts(row, "warnings")),
        new Task.Times(
            Columns.instant(row, "created"),
            Columns.optionalInstant(row, "delivered"),
            Columns.optionalInstant(row, "started"),
            Columns.optionalInstant(row, "ended")));
  }

  /** A manager of an older version does not write since when. */
  private static Optional<Instant> pause(ResultSet row) throws SQLException {
    if (!row.getBoolean("pause_requested")) {
      return Optional.empty();
    }
    Instant created = Columns.instant(row, "created");
    return Columns.optionalInstant(row, "paused").or(() -> Optional.of(created));
  }

  static Task.State state(ResultSet row) throws SQLException {
    return Task.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT));
  }

  /** As the column "state" has it. */
  static String word(Task task) {
    return task.state().name().toLowerCase(Locale.ROOT);
  }

  static Optional<Task.End> end(ResultSet row, List<String> warnings) throws SQLException {
    String summary = Columns.optionalText(row, "summary").orElse("");
    return switch (state(row)) {
      case QUEUED, RUNNING -> Optional.empty();
      case SUCCEEDED -> Optional.of(new Task.End.Succeeded(summary, warnings));
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
      case "host_rekey" -> new VmWork.RekeyHost(Columns.uuid(row, "provider"), key(row));
      case "vm_start" -> new VmWork.Start();
      case "vm_stop" -> new VmWork.Stop(flag);
      case "vm_unlock" -> new VmWork.Unlock(flag);
      case "vm_tpm_add" -> new VmWork.AddVtpm(Columns.uuid(row, "provider"), key(row));
      case "vm_tpm_remove" -> new VmWork.RemoveVtpm();
      case "vm_migrate" -> migrate(Columns.texts(row, "parts"));
      default -> throw new IllegalStateException("a task of unknown kind " + kind);
    };
  }

  /** What tasks on parts call parts is, for a migration, where to. */
  private static VmWork.Migrate migrate(List<String> where) {
    return new VmWork.Migrate(
        UUID.fromString(where.get(0)),
        where.get(1),
        new HostFacts.Reach(where.get(2), where.get(3)));
  }

  static KeyId key(ResultSet row) throws SQLException {
    return new KeyId(row.getString("key_id"));
  }

  private static Rewriting how(ResultSet row) throws SQLException {
    return Rewriting.of(Optional.of(row.getString("way")), row.getLong("rate"));
  }

  /** The columns of a task's work. */
  record Work(
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
        case VmWork.RekeyHost w -> keyed(List.of(), w.provider(), w.keyId(), Rewriting.CHOSEN);
        case VmWork.AddVtpm w -> keyed(List.of(), w.provider(), w.keyId(), Rewriting.CHOSEN);
        case VmWork.Stop w -> plain(w.force());
        case VmWork.Unlock w -> plain(w.acceptOlderRecord());
        case VmWork.Start _, VmWork.RemoveVtpm _ -> plain(false);
        case VmWork.Migrate w ->
            new Work(
                List.of(w.to().toString(), w.toName(), w.reach().libvirtUri(), w.reach().address()),
                Optional.empty(),
                Optional.empty(),
                false,
                Rewriting.CHOSEN);
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
  record End(Optional<String> summary, List<String> warnings, Optional<String> code) {
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
