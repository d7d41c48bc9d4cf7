package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.Rotation;
import io.keymoor.manager.domain.port.RotationStore;
import io.keymoor.provider.KeyId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/** Rotations of wrapping keys. */
record RotationTable(Handle handle) implements RotationStore {
  @Override
  public void insert(Rotation rotation) {
    changing(
            handle
                .createUpdate(
                    """
                    INSERT INTO rotation (id, version, provider, provider_name, actor, address,
                      state, phase, wrapping_key, after, total, done, left_over, reason, summary,
                      error_code, created, ended)
                    VALUES (:id, :version, :provider, :provider_name, :actor, :address, :state,
                      :phase, :wrapping_key, :after, :total, :done, :left_over, :reason, :summary,
                      :error_code, :created, :ended)\
                    """)
                .bind("provider", rotation.provider())
                .bind("provider_name", rotation.providerName())
                .bind("actor", rotation.actor())
                .bind("address", rotation.address())
                .bind("created", Columns.utc(rotation.created())),
            rotation)
        .execute();
  }

  @Override
  public void update(Rotation rotation, Instant until) {
    changing(
            handle
                .createUpdate(
                    """
                    UPDATE rotation SET version = :version, state = :state, phase = :phase,
                      wrapping_key = :wrapping_key, after = :after, total = :total, done = :done,
                      left_over = :left_over, reason = :reason, summary = :summary,
                      error_code = :error_code, ended = :ended, lease = :lease
                    WHERE id = :id\
                    """)
                .bind("lease", Columns.utc(until)),
            rotation)
        .execute();
  }

  private static Update changing(Update update, Rotation rotation) {
    Optional<TaskColumns.End> end = rotation.end().map(TaskColumns.End::of);
    Rotation.Count count = rotation.count();
    return update
        .bind("id", rotation.id())
        .bind("version", rotation.version())
        .bind("state", rotation.state().name().toLowerCase(Locale.ROOT))
        .bind("phase", rotation.phase())
        .bind("wrapping_key", rotation.wrappingKey().map(KeyId::text))
        .bind("after", rotation.after())
        .bind("total", count.total())
        .bind("done", count.done())
        .bind("left_over", count.left())
        .bind("reason", count.reason())
        .bind("summary", end.flatMap(TaskColumns.End::summary))
        .bind("error_code", end.flatMap(TaskColumns.End::code))
        .bind("ended", rotation.ended().map(Columns::utc));
  }

  @Override
  public Optional<Rotation> find(UUID id) {
    return handle
        .createQuery("SELECT * FROM rotation WHERE id = :id")
        .bind("id", id)
        .map((row, context) -> rotation(row))
        .findOne();
  }

  @Override
  public Optional<Rotation> open(UUID provider) {
    return handle
        .createQuery("SELECT * FROM rotation WHERE provider = :provider AND ended IS NULL")
        .bind("provider", provider)
        .map((row, context) -> rotation(row))
        .findOne();
  }

  @Override
  public List<Rotation> newest(int limit) {
    return handle
        .createQuery("SELECT * FROM rotation ORDER BY created DESC, id LIMIT :limit")
        .bind("limit", limit)
        .map((row, context) -> rotation(row))
        .list();
  }

  @Override
  public Optional<Rotation> drive(Instant now, Instant until) {
    return handle
        .createQuery(
            """
            UPDATE rotation SET lease = :until
            WHERE id = (SELECT id FROM rotation
              WHERE ended IS NULL AND (lease IS NULL OR lease <= :now)
              ORDER BY created LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING *\
            """)
        .bind("now", Columns.utc(now))
        .bind("until", Columns.utc(until))
        .map((row, context) -> rotation(row))
        .findOne();
  }

  private static Rotation rotation(ResultSet row) throws SQLException {
    return new Rotation(
        Columns.uuid(row, "id"),
        row.getLong("version"),
        Columns.uuid(row, "provider"),
        row.getString("provider_name"),
        row.getString("actor"),
        row.getString("address"),
        TaskColumns.state(row),
        row.getString("phase"),
        Columns.optionalText(row, "wrapping_key").map(KeyId::new),
        Columns.optionalUuid(row, "after"),
        new Rotation.Count(
            row.getLong("total"),
            row.getLong("done"),
            row.getLong("left_over"),
            row.getString("reason")),
        TaskColumns.end(row, List.of()),
        Columns.instant(row, "created"),
        Columns.optionalInstant(row, "ended"));
  }
}
