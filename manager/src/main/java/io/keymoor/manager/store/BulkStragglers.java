package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.BulkItem;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Objects of bulk tasks whose results come late, or not at all. */
record BulkStragglers(Handle handle) {
  /** An object that was handed out anew meanwhile follows its newer task. */
  Bulk.Counts settleLate(UUID bulk) {
    Map<String, Long> states =
        handle
            .createQuery(
                """
                WITH told AS (
                  UPDATE task SET late = false WHERE bulk = :bulk AND late AND ended IS NOT NULL
                  RETURNING id, vm, state, error_code, summary),
                settled AS (
                  UPDATE bulk_item SET
                    state = CASE told.state WHEN 'succeeded' THEN 'ok' ELSE 'failed' END,
                    code = CASE told.state WHEN 'cancelled' THEN 'cancelled'
                      ELSE COALESCE(told.error_code, '') END,
                    detail = COALESCE(told.summary, '')
                  FROM told
                  WHERE bulk_item.bulk = :bulk AND bulk_item.object = told.vm
                    AND bulk_item.task = told.id AND bulk_item.state = 'failed'
                  RETURNING bulk_item.state)
                SELECT state, count(*) AS n FROM settled GROUP BY state\
                """)
            .bind("bulk", bulk)
            .map((row, context) -> Map.entry(row.getString("state"), row.getLong("n")))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    long ok = states.getOrDefault("ok", 0L);
    return new Bulk.Counts(0, ok, -ok, 0, 0);
  }

  int giveUp(UUID bulk, Map<UUID, String> sentences, int most) {
    new PortionMoves(handle).openOf(bulk, sentences.keySet(), most);
    List<Map.Entry<UUID, String>> hosts = List.copyOf(sentences.entrySet());
    return handle
        .createUpdate(
            """
            WITH lost AS (
              SELECT id, vm, host FROM task
              WHERE bulk = :bulk AND ended IS NULL AND NOT late AND host = ANY (:hosts)
              ORDER BY created, id LIMIT :most FOR UPDATE),
            open AS (
              UPDATE task SET late = true FROM lost WHERE task.id = lost.id)
            UPDATE bulk_item SET state = 'failed', code = :code, detail = said.sentence
            FROM lost JOIN unnest(:hosts, :sentences) AS said (host, sentence)
              ON said.host = lost.host
            WHERE bulk_item.bulk = :bulk AND bulk_item.object = lost.vm
              AND bulk_item.task = lost.id AND bulk_item.state = 'open'\
            """)
        .bind("bulk", bulk)
        .bind("code", BulkItem.WENT_AWAY)
        .bindArray("hosts", UUID.class, hosts.stream().map(Map.Entry::getKey).toList())
        .bind("sentences", Texts.of(hosts.stream().map(Map.Entry::getValue).toList()))
        .bind("most", most)
        .execute();
  }

  int givenUp(UUID bulk) {
    return handle
        .createQuery(
            """
            SELECT count(*) FROM bulk_item
            WHERE bulk = :bulk AND state = 'failed' AND code = :code\
            """)
        .bind("bulk", bulk)
        .bind("code", BulkItem.WENT_AWAY)
        .mapTo(Integer.class)
        .one();
  }

  /** A host that was away may have done it since, or have it still. */
  void retry(UUID bulk) {
    handle
        .createUpdate(
            """
            UPDATE task SET late = false
            FROM bulk_item
            WHERE bulk_item.bulk = :bulk AND bulk_item.state = 'failed'
              AND task.id = bulk_item.task AND task.late\
            """)
        .bind("bulk", bulk)
        .execute();
    handle
        .createUpdate(
            """
            UPDATE bulk_item SET
              state = CASE WHEN code = 'not_confirmed' THEN 'waiting' ELSE COALESCE((
                SELECT CASE WHEN task.state = 'succeeded' THEN 'ok'
                  WHEN task.ended IS NULL THEN 'open' END
                FROM task WHERE task.id = bulk_item.task), 'waiting') END,
              code = '', detail = ''
            WHERE bulk = :bulk AND state = 'failed'\
            """)
        .bind("bulk", bulk)
        .execute();
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
