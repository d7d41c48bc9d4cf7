package io.keymoor.kms.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Query;

/** Reads managed objects. Thread-safe; every method asks the database. */
public final class Objects {
  private static final int FEW = 10_000;
  private static final String COLUMNS =
      "id, object_type, owner, state, archived, revision, sealed_at, attributes, seq";

  private final Database database;

  public Objects(Database database) {
    this.database = database;
  }

  /**
   * What a search narrows down to; the caller still matches every attribute.
   *
   * @param id the identifier, when it is given
   * @param keys index keys that all have to be there
   * @param objectType the kind, when it is given
   * @param owners whose objects; empty for everybody's
   */
  public record Search(
      Optional<String> id,
      Set<IndexKey> keys,
      OptionalInt objectType,
      Optional<Set<String>> owners) {}

  /** A found object, without its material, and its place in the order of creation. */
  public record Found(ObjectRow row, long seq) {}

  /** One object with its material. */
  public Optional<ObjectRow> find(String id) {
    if (!canBe(id)) {
      return Optional.empty();
    }
    return answering(handle ->
        handle
            .createQuery("select " + COLUMNS + ", material from object where id = ?")
            .bind(0, id)
            .map((result, _) -> row(result, Optional.ofNullable(result.getBytes("material"))))
            .findOne());
  }

  /** Whether an object may have this identifier: the database's texts hold no zero character. */
  private static boolean canBe(String id) {
    return id.indexOf('\0') < 0;
  }

  /** The living object of this owner that holds a unique key. */
  public Optional<String> holder(String owner, IndexKey key) {
    return answering(handle ->
        handle
            .createQuery(
                "select object_id from object_index where scope = ? and name = ? and value = ?")
            .bind(0, owner)
            .bind(1, key.name())
            .bind(2, key.value())
            .mapTo(String.class)
            .findOne());
  }

  /** The number of objects, those destroyed included. */
  public long count() {
    return answering(
        handle -> handle.createQuery("select count(*) from object").mapTo(Long.class).one());
  }

  /**
   * The next objects that the search admits, newest first.
   *
   * @param before only objects older than the one with this seq; {@link Long#MAX_VALUE} to begin
   */
  public List<Found> search(Search search, long before, int most) {
    if (!search.id().map(Objects::canBe).orElse(true)) {
      return List.of();
    }
    return answering(handle -> {
      Optional<List<String>> ids =
          search.keys().isEmpty() ? Optional.empty() : few(handle, search.keys());
      if (ids.isPresent() && ids.get().isEmpty()) {
        return List.of();
      }
      return query(handle, search, ids, before, most)
          .map((result, _) -> new Found(row(result, Optional.empty()), result.getLong("seq")))
          .list();
    });
  }

  /**
   * The objects behind index keys when they are few. Looked up first, so that the way the database
   * takes does not depend on what it guesses about the values.
   */
  private static Optional<List<String>> few(Handle handle, Set<IndexKey> keys) {
    StringBuilder sql = new StringBuilder();
    for (IndexKey _ : keys) {
      sql.append(sql.isEmpty() ? "" : " intersect ")
          .append("select object_id from object_index where name = ? and value = ?");
    }
    Query query = handle.createQuery(sql.append(" limit ?").toString());
    int next = 0;
    for (IndexKey key : keys) {
      query.bind(next++, key.name()).bind(next++, key.value());
    }
    List<String> ids = query.bind(next, FEW + 1).mapTo(String.class).list();
    return ids.size() > FEW ? Optional.empty() : Optional.of(ids);
  }

  private static Query query(
      Handle handle, Search search, Optional<List<String>> ids, long before, int most) {
    StringBuilder sql = new StringBuilder("select ").append(COLUMNS).append(" from object");
    sql.append(" where seq < :before");
    search.id().ifPresent(_ -> sql.append(" and id = :id"));
    search.objectType().ifPresent(_ -> sql.append(" and object_type = :type"));
    search.owners().ifPresent(_ -> sql.append(" and owner = any(:owners)"));
    ids.ifPresent(_ -> sql.append(" and id = any(:ids)"));
    if (ids.isEmpty()) {
      for (int i = 0; i < search.keys().size(); i++) {
        sql.append(
            " and exists (select 1 from object_index x where x.object_id = object.id"
                + " and x.name = :name"
                + i
                + " and x.value = :value"
                + i
                + ")");
      }
    }
    Query query = handle.createQuery(sql.append(" order by seq desc limit :most").toString());
    query.bind("before", before).bind("most", most);
    search.id().ifPresent(id -> query.bind("id", id));
    search.objectType().ifPresent(type -> query.bind("type", type));
    search
        .owners()
        .ifPresent(owners ->
            query.bindArray("owners", String.class, (Object[]) owners.toArray(String[]::new)));
    ids.ifPresent(
        few -> query.bindArray("ids", String.class, (Object[]) few.toArray(String[]::new)));
    if (ids.isEmpty()) {
      int i = 0;
      for (IndexKey key : search.keys()) {
        query.bind("name" + i, key.name()).bind("value" + i, key.value());
        i++;
      }
    }
    return query;
  }

  private static ObjectRow row(ResultSet result, Optional<byte[]> material) throws SQLException {
    return new ObjectRow(
        result.getString("id"),
        result.getInt("object_type"),
        result.getString("owner"),
        result.getInt("state"),
        result.getBoolean("archived"),
        result.getLong("revision"),
        material,
        result.getLong("sealed_at"),
        result.getBytes("attributes"));
  }

  private <T> T answering(org.jdbi.v3.core.HandleCallback<T, RuntimeException> question) {
    try {
      return database.jdbi().withHandle(question);
    } catch (JdbiException silent) {
      throw new KmsStoreException.Unavailable("The database did not answer.", silent);
    }
  }
}
