package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.Task;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Many tasks to a statement. Rows are locked in one order everywhere: by creation, then id. */
record TaskBatches(Handle handle) {
  List<Task> lock(Collection<UUID> ids) {
    return handle
        .createQuery("SELECT * FROM task WHERE id = ANY (:ids) ORDER BY created, id FOR UPDATE")
        .bind("ids", Uuids.of(ids))
        .map((row, context) -> TaskColumns.task(row))
        .list();
  }

  /** Found among what is open, which is less than what a bulk task ever had. */
  List<Task> undelivered(UUID bulk, int most) {
    return handle
        .createQuery(
            """
            SELECT * FROM task
            WHERE bulk = :bulk AND ended IS NULL AND delivered IS NULL
            ORDER BY created, id LIMIT :most FOR UPDATE\
            """)
        .bind("bulk", bulk)
        .bind("most", most)
        .map((row, context) -> TaskColumns.task(row))
        .list();
  }

  List<Task> unreached(UUID bulk, Collection<UUID> silent, Instant waiting, Instant all, int most) {
    return handle
        .createQuery(
            """
            SELECT * FROM task
            WHERE bulk = :bulk AND ended IS NULL AND delivered IS NULL
              AND (host = ANY (:silent) OR created < :all OR (created < :waiting AND phase <> ''))
            ORDER BY created, id LIMIT :most FOR UPDATE\
            """)
        .bind("bulk", bulk)
        .bind("silent", Uuids.of(silent))
        .bind("waiting", Columns.utc(waiting))
        .bind("all", Columns.utc(all))
        .bind("most", most)
        .map((row, context) -> TaskColumns.task(row))
        .list();
  }

  Map<UUID, UUID> changingKeysOf(Collection<UUID> vms) {
    return handle
        .createQuery(
            "SELECT vm, id FROM task WHERE vm = ANY (:vms) AND ended IS NULL AND changes_keys")
        .bind("vms", Uuids.of(vms))
        .map((row, context) -> Map.entry(Columns.uuid(row, "vm"), Columns.uuid(row, "id")))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  void waiting(Map<UUID, String> phases) {
    if (!phases.isEmpty()) {
      List<Map.Entry<UUID, String>> all = List.copyOf(phases.entrySet());
      handle
          .createUpdate(
              """
              WITH open AS (
                SELECT id FROM task WHERE id = ANY (:ids) AND ended IS NULL
                ORDER BY created, id FOR UPDATE)
              UPDATE task SET version = version + 1, phase = now.phase
              FROM unnest(:ids, :phases) AS now (id, phase) JOIN open ON open.id = now.id
              WHERE task.id = now.id\
              """)
          .bind("ids", Uuids.of(all.stream().map(Map.Entry::getKey).toList()))
          .bind("phases", Texts.of(all.stream().map(Map.Entry::getValue).toList()))
          .execute();
    }
  }

  Set<UUID> delivered(List<UUID> ids, Instant now) {
    if (ids.isEmpty()) {
      return Set.of();
    }
    return new HashSet<>(
        handle
            .createQuery(
                """
                WITH still AS (
                  SELECT id FROM task
                  WHERE id = ANY (:ids) AND ended IS NULL AND delivered IS NULL
                    AND NOT cancel_requested
                  ORDER BY created, id FOR UPDATE)
                UPDATE task SET version = version + 1, delivered = :now, phase = ''
                FROM still WHERE task.id = still.id
                RETURNING task.id\
                """)
            .bind("ids", Uuids.of(ids))
            .bind("now", Columns.utc(now))
            .mapTo(UUID.class)
            .list());
  }

  /** They are locked. */
  void running(List<UUID> ids, Instant now) {
    if (!ids.isEmpty()) {
      handle
          .createUpdate(
              """
              UPDATE task SET version = version + 1, state = 'running',
                delivered = COALESCE(delivered, :now), started = COALESCE(started, :now)
              WHERE id = ANY (:ids)\
              """)
          .bind("ids", Uuids.of(ids))
          .bind("now", Columns.utc(now))
          .execute();
    }
  }

  /** The tasks have ended, without warnings; one of a bulk task that had ended before is late. */
  void end(List<Task> tasks) {
    if (tasks.isEmpty()) {
      return;
    }
    List<TaskColumns.End> ends =
        tasks.stream().map(task -> TaskColumns.End.of(task.end().orElseThrow())).toList();
    handle
        .createUpdate(
            """
            UPDATE task SET version = now.version, state = now.state, phase = '', pace = 'open',
              pause_requested = false, paused = NULL,
              summary = now.summary, error_code = NULLIF(now.code, ''),
              cancel_requested = now.cancel_requested, ended = :ended,
              late = late OR (bulk IS NOT NULL AND ended IS NOT NULL)
            FROM unnest(:ids, :versions, :states, :summaries, :codes, :cancels)
              AS now (id, version, state, summary, code, cancel_requested)
            WHERE task.id = now.id\
            """)
        .bind("ended", Columns.utc(tasks.getFirst().times().ended().orElseThrow()))
        .bind("ids", Uuids.of(all(tasks, Task::id)))
        .bindArray("versions", Long.class, all(tasks, Task::version))
        .bind("states", Texts.of(all(tasks, TaskColumns::word)))
        .bind("summaries", Texts.of(ends.stream().map(end -> end.summary().orElse("")).toList()))
        .bind("codes", Texts.of(ends.stream().map(end -> end.code().orElse("")).toList()))
        .bindArray("cancels", Boolean.class, all(tasks, Task::cancelRequested))
        .execute();
  }

  private static <T> List<T> all(List<Task> tasks, Function<Task, T> what) {
    return tasks.stream().map(what).toList();
  }
}
