package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.PortionId;
import io.keymoor.manager.domain.model.Task;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;

/**
 * Moves tasks out of their portion into rows of "task", where they can wait with a reason, be
 * cancelled one by one, tell how far they are, be given up and end late. Their ids stay.
 */
record PortionMoves(Handle handle) {

  /** Those of these tasks that are in a portion. */
  void move(Collection<UUID> tasks) {
    move(tasks, Portion.HERE);
  }

  /** Those of these tasks that are in a portion and have not ended. */
  void moveOpen(Collection<UUID> tasks) {
    move(tasks, Portion.OPEN);
  }

  private void move(Collection<UUID> tasks, String letters) {
    for (Portion portion : new PortionTable(handle).lock(tasks, letters)) {
      move(
          portion,
          tasks.stream()
              .filter(portion::has)
              .map(PortionId::place)
              .filter(place -> letters.indexOf(portion.letter(place)) >= 0)
              .toList());
    }
  }

  /** Whatever has not ended on a host. */
  void openOn(UUID host) {
    move(
        handle
            .createQuery(
                """
                SELECT * FROM task_portion WHERE host = :host AND NOT closed
                ORDER BY created, id FOR UPDATE\
                """)
            .bind("host", host),
        Portion::open,
        Integer.MAX_VALUE);
  }

  /** What has not ended of a bulk task on these hosts, at most so many. */
  void openOf(UUID bulk, Collection<UUID> hosts, int most) {
    move(
        handle
            .createQuery(
                """
                SELECT * FROM task_portion
                WHERE bulk = :bulk AND NOT closed AND host = ANY (:hosts) AND states ~ '[qdr]'
                ORDER BY created, id FOR UPDATE\
                """)
            .bind("bulk", bulk)
            .bind("hosts", Uuids.of(hosts)),
        Portion::open,
        most);
  }

  /** What of a bulk task no host was handed, at most so many. */
  void queuedOf(UUID bulk, int most) {
    move(
        handle
            .createQuery(
                """
                SELECT * FROM task_portion
                WHERE bulk = :bulk AND NOT closed AND states ~ 'q'
                ORDER BY created, id FOR UPDATE\
                """)
            .bind("bulk", bulk),
        Portion::queued,
        most);
  }

  /** The same, of these hosts or created before this. */
  void queuedOf(UUID bulk, Collection<UUID> hosts, Instant before, int most) {
    move(
        handle
            .createQuery(
                """
                SELECT * FROM task_portion
                WHERE bulk = :bulk AND NOT closed AND states ~ 'q'
                  AND (host = ANY (:hosts) OR created < :before)
                ORDER BY created, id FOR UPDATE\
                """)
            .bind("bulk", bulk)
            .bind("hosts", Uuids.of(hosts))
            .bind("before", Columns.utc(before)),
        Portion::queued,
        most);
  }

  private void move(Query query, Function<Portion, IntStream> which, int most) {
    int left = most;
    for (Portion portion : query.map((row, context) -> Portion.of(row)).list()) {
      List<Integer> places = which.apply(portion).limit(left).boxed().toList();
      move(portion, places);
      left -= places.size();
    }
  }

  private void move(Portion portion, List<Integer> places) {
    if (places.isEmpty()) {
      return;
    }
    PreparedBatch rows =
        handle.prepareBatch(
            """
            INSERT INTO task (id, version, vm, vm_name, host, kind, changes_keys, parts, provider,
              key_id, flag, actor, address, state, phase, done, total, unit, cancel_requested,
              summary, warnings, error_code, created, delivered, started, ended, bulk, position,
              owed, key_holders)
            VALUES (:id, :version, :vm, :vm_name, :host, :kind, true, '{}', :provider,
              :key_id, false, :actor, :address, :state, '', 0, 0, 'steps', false,
              :summary, '{}', :error_code, :created, :delivered, :started, :ended, :bulk,
              :position, :owed,
              ARRAY(SELECT host FROM task_portion_keys
                WHERE portion = :portion AND :place = ANY (places)))\
            """);
    places.forEach(place -> add(rows, portion, place));
    rows.execute();
    new PortionTable(handle).leave(portion, places);
  }

  private static void add(PreparedBatch rows, Portion portion, int place) {
    Task task = portion.task(place);
    TaskColumns.End end = task.end().map(TaskColumns.End::of).orElse(TaskColumns.End.NONE);
    rows.bind("id", task.id())
        .bind("version", task.version())
        .bind("vm", task.vm())
        .bind("vm_name", task.vmName())
        .bind("host", task.host())
        .bind("kind", task.work().kind())
        .bind("provider", portion.key(place).provider())
        .bind("key_id", portion.key(place).id().text())
        .bind("actor", task.actor())
        .bind("address", task.address())
        .bind("state", TaskColumns.word(task))
        .bind("summary", end.summary())
        .bind("error_code", end.code())
        .bind("created", Columns.utc(task.times().created()))
        .bind("delivered", task.times().delivered().map(Columns::utc))
        .bind("started", task.times().started().map(Columns::utc))
        .bind("ended", task.times().ended().map(Columns::utc))
        .bind("bulk", portion.bulk())
        .bind("position", portion.positions().get(place - 1))
        .bind("owed", Character.isLowerCase(portion.letter(place)))
        .bind("portion", portion.id().id())
        .bind("place", place)
        .add();
  }
}
