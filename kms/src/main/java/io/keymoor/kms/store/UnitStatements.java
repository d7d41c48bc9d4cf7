package io.keymoor.kms.store;

import io.keymoor.kms.audit.AuditEvent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The statements of one transaction over many units, one JDBC batch per kind of statement. */
final class UnitStatements {
  private static final String INSERT =
      """
      insert into object (id, object_type, owner, state, archived, revision, material, sealed_at,
        attributes)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;
  private static final String UPDATE =
      """
      update object set state = ?, archived = ?, revision = ?, attributes = ?
      where id = ? and revision = ?
      """;
  private static final String UPDATE_WITH_MATERIAL =
      """
      update object set state = ?, archived = ?, revision = ?, attributes = ?, material = ?,
        sealed_at = ?
      where id = ? and revision = ?
      """;
  private static final String DELETE = "delete from object where id = ? and revision = ?";
  private static final String UNINDEX = "delete from object_index where object_id = ?";
  private static final String INDEX =
      "insert into object_index (name, value, object_id, scope) values (?, ?, ?, ?)";

  /** One statement with a column of values each: a tenth of the work of a statement per event. */
  private static final String AUDIT =
      """
      insert into audit (at, node, client, peer, operation, object_id, result)
      select timestamptz 'epoch' + at * interval '1 microsecond', node, client, peer, operation,
        object_id, result
      from unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
        as event (at, node, client, peer, operation, object_id, result)
      """;

  private final Handle handle;

  UnitStatements(Handle handle) {
    this.handle = handle;
  }

  void write(List<WriteUnit> units) {
    // Everybody locks rows in the order of their ids, so that nodes do not deadlock.
    List<Change> changes =
        units.stream()
            .flatMap(unit -> unit.changes().stream())
            .sorted(Comparator.comparing(Change::id))
            .toList();
    inserts(changes);
    updates(changes, false);
    updates(changes, true);
    deletes(changes);
    index(changes);
    audit(units.stream().flatMap(unit -> unit.audit().stream()).toList());
  }

  private void inserts(List<Change> changes) {
    PreparedBatch batch = handle.prepareBatch(INSERT);
    for (Change change : changes) {
      if (change instanceof Change.Insert(ObjectRow row, _)) {
        batch
            .bind(0, row.id())
            .bind(1, row.objectType())
            .bind(2, row.owner())
            .bind(3, row.state())
            .bind(4, row.archived())
            .bind(5, row.revision())
            .bind(6, row.material().orElse(null))
            .bind(7, row.sealedAt())
            .bind(8, row.attributes())
            .add();
      }
    }
    execute(batch);
  }

  private void updates(List<Change> changes, boolean withMaterial) {
    PreparedBatch batch = handle.prepareBatch(withMaterial ? UPDATE_WITH_MATERIAL : UPDATE);
    List<String> ids = new ArrayList<>();
    for (Change change : changes) {
      if (change instanceof Change.Update(ObjectRow row, boolean material, _, _)
          && material == withMaterial) {
        int next = 4;
        batch
            .bind(0, row.state())
            .bind(1, row.archived())
            .bind(2, row.revision())
            .bind(3, row.attributes());
        if (withMaterial) {
          batch.bind(next++, row.material().orElse(null)).bind(next++, row.sealedAt());
        }
        batch.bind(next++, row.id()).bind(next, row.revision() - 1).add();
        ids.add(row.id());
      }
    }
    requireEach(execute(batch), ids);
  }

  private void deletes(List<Change> changes) {
    PreparedBatch batch = handle.prepareBatch(DELETE);
    List<String> ids = new ArrayList<>();
    for (Change change : changes) {
      if (change instanceof Change.Delete(String id, long revision)) {
        batch.bind(0, id).bind(1, revision).add();
        ids.add(id);
      }
    }
    requireEach(execute(batch), ids);
  }

  private void index(List<Change> changes) {
    PreparedBatch unindex = handle.prepareBatch(UNINDEX);
    PreparedBatch index = handle.prepareBatch(INDEX);
    for (Change change : changes) {
      switch (change) {
        case Change.Insert(ObjectRow row, Set<IndexKey> keys) -> add(index, row, keys);
        case Change.Update(ObjectRow row, _, Set<IndexKey> keys, boolean reindex) -> {
          if (reindex) {
            unindex.bind(0, row.id()).add();
            add(index, row, keys);
          }
        }
        case Change.Delete _ -> {
          // The foreign key takes its rows along.
        }
      }
    }
    execute(unindex);
    execute(index);
  }

  private static void add(PreparedBatch index, ObjectRow row, Set<IndexKey> keys) {
    for (IndexKey key : keys) {
      index
          .bind(0, key.name())
          .bind(1, key.value())
          .bind(2, row.id())
          .bind(3, key.unique() ? row.owner() : null)
          .add();
    }
  }

  void audit(List<AuditEvent> events) {
    if (events.isEmpty()) {
      return;
    }
    Object[] times =
        events.stream()
            .map(event -> ChronoUnit.MICROS.between(Instant.EPOCH, event.at()))
            .toArray();
    handle
        .createUpdate(AUDIT)
        .bindArray(0, Long.class, times)
        .bindArray(1, String.class, column(events, AuditEvent::node))
        .bindArray(2, String.class, column(events, AuditEvent::client))
        .bindArray(3, String.class, column(events, AuditEvent::peer))
        .bindArray(4, String.class, column(events, AuditEvent::operation))
        .bindArray(5, String.class, column(events, AuditEvent::objectId))
        .bindArray(6, String.class, column(events, AuditEvent::result))
        .execute();
  }

  private static Object[] column(List<AuditEvent> events, Function<AuditEvent, String> value) {
    return events.stream().map(value).toArray();
  }

  private static int[] execute(PreparedBatch batch) {
    try (batch) {
      return batch.size() == 0 ? new int[0] : batch.execute();
    }
  }

  private static void requireEach(int[] counts, List<String> ids) {
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] == 0) {
        throw new KmsStoreException.Conflict(ids.get(i));
      }
    }
  }
}
