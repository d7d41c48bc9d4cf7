package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.BulkItem;
import io.keymoor.manager.domain.model.Task;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Objects of bulk tasks whose results come late, or not at all. */
record BulkStragglers(Handle handle) {
  private static final String NOT_CONFIRMED = "not_confirmed";

  /** An object that was handed out anew meanwhile follows its newer task. */
  Bulk.Counts settleLate(UUID bulk) {
    List<BulkResults.Ended> ended =
        handle
            .createQuery(
                """
                UPDATE task SET late = false WHERE bulk = :bulk AND late AND ended IS NOT NULL
                RETURNING id, position, state, error_code, summary\
                """)
            .bind("bulk", bulk)
            .map((row, context) -> BulkResults.Ended.of(row))
            .list();
    return new BulkPages(handle)
        .tell(
            bulk,
            ended.stream().map(one -> one.told(BulkItem.State.FAILED)).toList(),
            BulkItem.State.FAILED);
  }

  int giveUp(UUID bulk, Map<UUID, String> sentences, int most) {
    // What is in a portion can't be late.
    new PortionMoves(handle).openOf(bulk, sentences.keySet(), most);
    List<BulkPages.Told> lost =
        handle
            .createQuery(
                """
                WITH lost AS (
                  SELECT id FROM task
                  WHERE bulk = :bulk AND ended IS NULL AND NOT late AND host = ANY (:hosts)
                  ORDER BY created, id LIMIT :most FOR UPDATE)
                UPDATE task SET late = true, owed = false FROM lost WHERE task.id = lost.id
                RETURNING task.id, task.position, task.host\
                """)
            .bind("bulk", bulk)
            .bind("hosts", Uuids.of(sentences.keySet()))
            .bind("most", most)
            .map((row, context) ->
                new BulkPages.Told(
                    row.getLong("position"),
                    Columns.uuid(row, "id"),
                    BulkItem.State.FAILED,
                    BulkItem.WENT_AWAY,
                    sentences.getOrDefault(Columns.uuid(row, "host"), "")))
            .list();
    Bulk.Counts change = new BulkPages(handle).tell(bulk, lost, BulkItem.State.OPEN);
    return Math.toIntExact(change.failed());
  }

  int givenUp(UUID bulk) {
    return Math.toIntExact(
        new BulkPages(handle)
            .failed(bulk).stream()
                .flatMap(BulkPage::items)
                .filter(item -> item.state() == BulkItem.State.FAILED)
                .filter(item -> item.code().equals(BulkItem.WENT_AWAY))
                .count());
  }

  /** A host that was away may have done it since, or have it still. */
  void retry(UUID bulk) {
    List<BulkItem> failed =
        new BulkPages(handle)
            .failed(bulk).stream()
                .flatMap(BulkPage::items)
                .filter(item -> item.state() == BulkItem.State.FAILED)
                .toList();
    Map<UUID, Task.State> states =
        states(failed.stream().flatMap(item -> item.task().stream()).toList());
    List<BulkItem> now = new ArrayList<>();
    List<UUID> open = new ArrayList<>();
    for (BulkItem item : failed) {
      BulkItem.State state = again(item, states);
      now.add(item.concluded(state, "", ""));
      if (state == BulkItem.State.OPEN) {
        item.task().ifPresent(open::add);
      }
    }
    handle
        .createUpdate("UPDATE task SET late = false, owed = id = ANY (:open) WHERE id = ANY (:all)")
        .bind("open", Uuids.of(open))
        .bind("all", Uuids.of(states.keySet()))
        .execute();
    new BulkPages(handle).update(bulk, now);
  }

  private static BulkItem.State again(BulkItem item, Map<UUID, Task.State> states) {
    Optional<Task.State> task = item.task().map(states::get);
    if (item.code().equals(NOT_CONFIRMED) || task.isEmpty()) {
      return BulkItem.State.WAITING;
    }
    return switch (task.get()) {
      case SUCCEEDED -> BulkItem.State.OK;
      case QUEUED, RUNNING -> BulkItem.State.OPEN;
      case FAILED, CANCELLED -> BulkItem.State.WAITING;
    };
  }

  /** What is in a portion has told its result. */
  private Map<UUID, Task.State> states(Collection<UUID> tasks) {
    Map<UUID, Task.State> states = new HashMap<>();
    handle
        .createQuery(
            "SELECT id, state FROM task WHERE id = ANY (:ids) ORDER BY created, id FOR UPDATE")
        .bind("ids", Uuids.of(tasks))
        .map((row, context) -> Map.entry(Columns.uuid(row, "id"), TaskColumns.state(row)))
        .forEach(entry -> states.put(entry.getKey(), entry.getValue()));
    return states;
  }

  /** Each holds an advisory lock of its own for as long as it is connected. */
  Set<Long> managers() {
    return handle
        .createQuery(
            """
            SELECT classid::bigint << 32 | objid::bigint AS number FROM pg_locks
            WHERE locktype = 'advisory' AND objsubid = 1 AND granted
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())\
            """)
        .map((row, context) -> row.getLong("number"))
        .set();
  }
}
