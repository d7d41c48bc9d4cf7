package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.BulkItem;
import io.keymoor.manager.domain.model.Task;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** How tasks of a bulk task ended, given to its objects. */
record BulkResults(Handle handle) {
  /**
   * A task that ended.
   *
   * @param position its object's place in the bulk task
   * @param state how it ended
   */
  record Ended(long position, UUID task, Task.State state, String code, String summary) {
    static Ended of(ResultSet row) throws SQLException {
      return new Ended(
          row.getLong("position"),
          Columns.uuid(row, "id"),
          TaskColumns.state(row),
          Columns.optionalText(row, "error_code").orElse(""),
          Columns.optionalText(row, "summary").orElse(""));
    }

    /**
     * What it is to its object.
     *
     * @param cancelled how an object stands whose task was cancelled
     */
    BulkPages.Told told(BulkItem.State cancelled) {
      return switch (state) {
        case SUCCEEDED -> new BulkPages.Told(position, task, BulkItem.State.OK, code, summary);
        case CANCELLED -> new BulkPages.Told(position, task, cancelled, "cancelled", summary);
        case FAILED -> new BulkPages.Told(position, task, BulkItem.State.FAILED, code, summary);
        case QUEUED, RUNNING -> throw new IllegalStateException("a result of an open task " + task);
      };
    }
  }

  /**
   * Gives objects the results of their tasks, where those have ended.
   *
   * @return how the counts change
   */
  Bulk.Counts settle(UUID bulk) {
    PortionTable portions = new PortionTable(handle);
    List<Portion> told = portions.unsettled(bulk);
    List<Ended> ended = new ArrayList<>(told.stream().flatMap(Portion::ended).toList());
    List<Ended> rows = owed(bulk);
    ended.addAll(rows);
    if (ended.isEmpty()) {
      return Bulk.Counts.NONE;
    }
    BulkItem.State cancelled =
        ended.stream().anyMatch(one -> one.state() == Task.State.CANCELLED) && isCancelled(bulk)
            ? BulkItem.State.WAITING
            : BulkItem.State.FAILED;
    Bulk.Counts change =
        new BulkPages(handle)
            .tell(
                bulk, ended.stream().map(one -> one.told(cancelled)).toList(), BulkItem.State.OPEN);
    portions.settled(told);
    paid(rows);
    return change;
  }

  private List<Ended> owed(UUID bulk) {
    return handle
        .createQuery(
            """
            SELECT * FROM task WHERE bulk = :bulk AND owed AND ended IS NOT NULL
            ORDER BY created, id FOR UPDATE SKIP LOCKED\
            """)
        .bind("bulk", bulk)
        .map((row, context) -> Ended.of(row))
        .list();
  }

  private void paid(List<Ended> rows) {
    if (!rows.isEmpty()) {
      handle
          .createUpdate("UPDATE task SET owed = false WHERE id = ANY (:ids)")
          .bind("ids", Uuids.of(rows.stream().map(Ended::task).toList()))
          .execute();
    }
  }

  private boolean isCancelled(UUID bulk) {
    return handle
        .createQuery("SELECT cancel_requested FROM bulk WHERE id = :bulk")
        .bind("bulk", bulk)
        .mapTo(Boolean.class)
        .one();
  }
}
