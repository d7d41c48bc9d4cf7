package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.provider.KeyId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The new keys of tasks, and which hosts have them. */
record TaskKeys(Handle handle) {
  Map<UUID, KeyName> ofOpen(UUID cluster) {
    Map<UUID, KeyName> keys = new HashMap<>();
    handle
        .createQuery(
            """
            SELECT task.id, task.provider, task.key_id FROM task JOIN host ON host.id = task.host
            WHERE host.cluster = :cluster AND task.ended IS NULL AND task.key_id IS NOT NULL
              AND task.provider IS NOT NULL\
            """)
        .bind("cluster", cluster)
        .map((row, context) ->
            Map.entry(
                Columns.uuid(row, "id"),
                new KeyName(Columns.uuid(row, "provider"), new KeyId(row.getString("key_id")))))
        .forEach(entry -> keys.put(entry.getKey(), entry.getValue()));
    return keys;
  }

  /** Rows are locked in the order in which all others lock them. */
  void arrived(UUID host, UUID cluster, Collection<KeyName> keys) {
    handle
        .createUpdate(
            """
            UPDATE task SET key_holders = array_append(key_holders, CAST(:host AS uuid))
            WHERE id IN (
              SELECT task.id FROM task
              WHERE task.ended IS NULL AND NOT (CAST(:host AS uuid) = ANY (task.key_holders))
                AND task.host IN (SELECT id FROM host WHERE cluster = :cluster)
                AND task.provider::text || ' ' || task.key_id = ANY (:keys)
              ORDER BY task.created, task.id FOR UPDATE)\
            """)
        .bind("host", host)
        .bind("cluster", cluster)
        .bindArray("keys", String.class, keys.stream().map(TaskKeys::text).toList())
        .execute();
  }

  private static String text(KeyName key) {
    return key.provider() + " " + key.id();
  }

  Map<UUID, Set<UUID>> holders(Collection<UUID> tasks) {
    Map<UUID, Set<UUID>> holders = new HashMap<>();
    if (!tasks.isEmpty()) {
      handle
          .createQuery("SELECT id, key_holders FROM task WHERE id = ANY (:tasks)")
          .bind("tasks", Uuids.of(tasks))
          .map((row, context) -> Map.entry(Columns.uuid(row, "id"), hosts(row)))
          .forEach(entry -> holders.put(entry.getKey(), entry.getValue()));
    }
    return holders;
  }

  private static Set<UUID> hosts(ResultSet row) throws SQLException {
    return Set.of((UUID[]) row.getArray("key_holders").getArray());
  }
}
