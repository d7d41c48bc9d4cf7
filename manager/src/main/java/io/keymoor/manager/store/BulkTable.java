package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.BulkItem;
import io.keymoor.manager.domain.port.BulkStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/** Bulk tasks; their objects are written many rows to a statement. */
record BulkTable(Handle handle) implements BulkStore {
  @Override
  public void insert(Bulk bulk) {
    Bulk.Request request = bulk.request();
    changing(
            handle
                .createUpdate(
                    """
                    INSERT INTO bulk (id, version, kind, provider, from_provider, cluster, vms,
                      title, actor, address, state, phase, total, ok, failed, skipped, open,
                      cancel_requested, summary, error_code, created, begun, done_before, verifying,
                      ended)
                    VALUES (:id, :version, :kind, :provider, :from_provider, :cluster, :vms,
                      :title, :actor, :address, :state, :phase, :total, :ok, :failed, :skipped,
                      :open, :cancel_requested, :summary, :error_code, :created, :begun,
                      :done_before, :verifying, :ended)\
                    """)
                .bind("kind", request.kind().text())
                .bind("provider", request.provider())
                .bind("from_provider", request.from())
                .bind("cluster", request.cluster())
                .bindArray("vms", UUID.class, request.vms())
                .bind("title", request.title())
                .bind("actor", bulk.actor())
                .bind("address", bulk.address())
                .bind("created", Columns.utc(bulk.times().created())),
            bulk)
        .execute();
  }

  @Override
  public int add(UUID bulk, List<BulkItem> items) {
    return handle
        .createUpdate(
            """
            INSERT INTO bulk_item (bulk, position, type, object, name, host, provider, state, code,
              detail)
            SELECT :bulk,
              (SELECT COALESCE(max(position), -1) FROM bulk_item WHERE bulk = :bulk) + new.n,
              new.type, new.object, new.name, new.host, new.provider, 'waiting', '', ''
            FROM unnest(:types, :objects, :names, :hosts, :providers) WITH ORDINALITY
              AS new (type, object, name, host, provider, n)
            ON CONFLICT (bulk, object) DO NOTHING\
            """)
        .bind("bulk", bulk)
        .bind("types", Texts.of(all(items, item -> item.object().type())))
        .bindArray("objects", UUID.class, all(items, BulkItem::id))
        .bind("names", Texts.of(all(items, item -> item.object().name())))
        .bindArray("hosts", UUID.class, all(items, BulkItem::host))
        .bindArray("providers", UUID.class, all(items, BulkItem::provider))
        .execute();
  }

  @Override
  public Optional<Bulk> find(UUID id) {
    return one("SELECT * FROM bulk WHERE id = :id", id);
  }

  @Override
  public Optional<Bulk> lock(UUID id) {
    return one("SELECT * FROM bulk WHERE id = :id FOR UPDATE", id);
  }

  @Override
  public Optional<Bulk> drive(UUID id, UUID driver, Instant now, Duration lease) {
    Optional<Bulk> found =
        handle
            .createQuery(
                """
                SELECT * FROM bulk
                WHERE id = :id AND ended IS NULL
                  AND (driver IS NULL OR driver = :driver OR lease < :now OR NOT EXISTS (
                    SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1
                      AND (classid::bigint << 32 | objid::bigint) =
                        ('x' || substr(replace(bulk.driver::text, '-', ''), 1, 16))::bit(64)::bigint))
                FOR UPDATE SKIP LOCKED\
                """)
            .bind("id", id)
            .bind("driver", driver)
            .bind("now", Columns.utc(now))
            .map((row, context) -> BulkColumns.bulk(row))
            .findFirst();
    if (found.isPresent()) {
      handle
          .createUpdate("UPDATE bulk SET driver = :driver, lease = :lease WHERE id = :id")
          .bind("driver", driver)
          .bind("lease", Columns.utc(now.plus(lease)))
          .bind("id", id)
          .execute();
    }
    return found;
  }

  @Override
  public void update(Bulk bulk) {
    changing(
            handle.createUpdate(
                """
                UPDATE bulk SET version = :version, state = :state, phase = :phase, total = :total,
                  ok = :ok, failed = :failed, skipped = :skipped, open = :open,
                  cancel_requested = :cancel_requested, summary = :summary,
                  error_code = :error_code, begun = :begun, done_before = :done_before,
                  verifying = :verifying, ended = :ended
                WHERE id = :id\
                """),
            bulk)
        .execute();
  }

  @Override
  public void reassign(UUID id, String actor, String address) {
    handle
        .createUpdate("UPDATE bulk SET actor = :actor, address = :address WHERE id = :id")
        .bind("actor", actor)
        .bind("address", address)
        .bind("id", id)
        .execute();
  }

  @Override
  public List<UUID> toDo() {
    return handle
        .createQuery(
            """
            SELECT id FROM bulk
            WHERE ended IS NULL
              OR id IN (SELECT bulk FROM task WHERE late AND ended IS NOT NULL)
            ORDER BY created, id\
            """)
        .mapTo(UUID.class)
        .list();
  }

  @Override
  public List<Bulk> newest(int limit) {
    return handle
        .createQuery("SELECT * FROM bulk ORDER BY created DESC, id LIMIT :limit")
        .bind("limit", limit)
        .map((row, context) -> BulkColumns.bulk(row))
        .list();
  }

  @Override
  public Bulk.Counts settle(UUID bulk) {
    Bulk.Counts change = new PortionTable(handle).settle(bulk);
    return hasRows(bulk) ? change.plus(settleRows(bulk)) : change;
  }

  private boolean hasRows(UUID bulk) {
    return handle
        .createQuery("SELECT EXISTS (SELECT 1 FROM task WHERE bulk = :bulk)")
        .bind("bulk", bulk)
        .mapTo(Boolean.class)
        .one();
  }

  private Bulk.Counts settleRows(UUID bulk) {
    Map<String, Long> ended =
        counted(
            """
            WITH settled AS (
              UPDATE bulk_item SET
                state = CASE task.state
                  WHEN 'succeeded' THEN 'ok'
                  WHEN 'cancelled' THEN (
                    SELECT CASE WHEN cancel_requested THEN 'waiting' ELSE 'failed' END
                    FROM bulk WHERE id = :bulk)
                  ELSE 'failed' END,
                code = CASE task.state WHEN 'cancelled' THEN 'cancelled'
                  ELSE COALESCE(task.error_code, '') END,
                detail = COALESCE(task.summary, '')
              FROM task
              WHERE bulk_item.bulk = :bulk AND bulk_item.state = 'open'
                AND task.id = bulk_item.task AND task.ended IS NOT NULL
              RETURNING bulk_item.state)
            SELECT state, count(*) AS n FROM settled GROUP BY state\
            """,
            bulk);
    long ok = ended.getOrDefault("ok", 0L);
    long failed = ended.getOrDefault("failed", 0L);
    long again = ended.getOrDefault("waiting", 0L);
    return new Bulk.Counts(0, ok, failed, 0, -ok - failed - again);
  }

  @Override
  public Bulk.Counts settleLate(UUID bulk) {
    return new BulkStragglers(handle).settleLate(bulk);
  }

  @Override
  public int giveUp(UUID bulk, Map<UUID, String> sentences, int most) {
    return new BulkStragglers(handle).giveUp(bulk, sentences, most);
  }

  @Override
  public int givenUp(UUID bulk) {
    return new BulkStragglers(handle).givenUp(bulk);
  }

  @Override
  public Set<Long> waiting(UUID bulk, List<Long> positions) {
    return handle
        .createQuery(
            """
            SELECT position FROM bulk_item
            WHERE bulk = :bulk AND position = ANY (:positions) AND state = 'waiting'\
            """)
        .bind("bulk", bulk)
        .bindArray("positions", Long.class, positions)
        .mapTo(Long.class)
        .set();
  }

  @Override
  public Set<Long> managers() {
    return new BulkStragglers(handle).managers();
  }

  @Override
  public List<BulkItem> wave(UUID bulk, List<UUID> hosts, int most, int atOnce) {
    return handle
        .createQuery(
            """
            SELECT next.* FROM unnest(:hosts) AS at (host)
            CROSS JOIN LATERAL (
              SELECT * FROM bulk_item
              WHERE bulk = :bulk AND host = at.host AND state = 'waiting'
              ORDER BY position
              LIMIT GREATEST(0, LEAST(:most, :at_once - (
                SELECT count(*) FROM bulk_item busy
                WHERE busy.bulk = :bulk AND busy.host = at.host AND busy.state = 'open')))) next
            ORDER BY next.position\
            """)
        .bind("bulk", bulk)
        .bindArray("hosts", UUID.class, hosts)
        .bind("most", most)
        .bind("at_once", atOnce)
        .map((row, context) -> BulkColumns.item(row))
        .list();
  }

  @Override
  public List<BulkItem> items(UUID bulk, Optional<BulkItem.State> state, long after, int limit) {
    return handle
        .createQuery(
            """
            SELECT * FROM bulk_item
            WHERE bulk = :bulk AND position > :after AND (:state = '' OR state = :state)
            ORDER BY position LIMIT :limit\
            """)
        .bind("bulk", bulk)
        .bind("after", after)
        .bind("state", state.map(BulkTable::word).orElse(""))
        .bind("limit", limit)
        .map((row, context) -> BulkColumns.item(row))
        .list();
  }

  @Override
  public void update(UUID bulk, List<BulkItem> items) {
    if (items.isEmpty()) {
      return;
    }
    handle
        .createUpdate(
            """
            UPDATE bulk_item SET state = now.state, host = now.host, provider = now.provider,
              code = now.code, detail = now.detail, task = NULLIF(now.task, '')::uuid
            FROM unnest(:positions, :states, :hosts, :providers, :tasks, :codes, :details)
              AS now (position, state, host, provider, task, code, detail)
            WHERE bulk_item.bulk = :bulk AND bulk_item.position = now.position\
            """)
        .bind("bulk", bulk)
        .bindArray("positions", Long.class, all(items, BulkItem::position))
        .bind("states", Texts.of(all(items, item -> word(item.state()))))
        .bindArray("hosts", UUID.class, all(items, BulkItem::host))
        .bindArray("providers", UUID.class, all(items, BulkItem::provider))
        .bind("tasks", Texts.of(all(items, item -> item.task().map(UUID::toString).orElse(""))))
        .bind("codes", Texts.of(all(items, BulkItem::code)))
        .bind("details", Texts.of(all(items, BulkItem::detail)))
        .execute();
  }

  @Override
  public Bulk.Counts retry(UUID bulk) {
    new BulkStragglers(handle).retry(bulk);
    Map<String, Long> states =
        counted(
            "SELECT state, count(*) AS n FROM bulk_item WHERE bulk = :bulk GROUP BY state", bulk);
    return new Bulk.Counts(
        states.values().stream().mapToLong(Long::longValue).sum(),
        states.getOrDefault("ok", 0L),
        states.getOrDefault("failed", 0L),
        states.getOrDefault("skipped", 0L),
        states.getOrDefault("open", 0L));
  }

  @Override
  public List<BulkItem> unconfirmed(UUID bulk, int limit) {
    return handle
        .createQuery(
            """
            SELECT bulk_item.* FROM bulk_item
            LEFT JOIN vm ON bulk_item.type = 'vm' AND vm.id = bulk_item.object
              AND vm.registered IS NOT NULL
            LEFT JOIN host ON bulk_item.type = 'host' AND host.id = bulk_item.object
            WHERE bulk_item.bulk = :bulk AND bulk_item.state = 'ok'
              AND CASE bulk_item.type
                WHEN 'vm' THEN vm.encrypted AND vm.providers <> ARRAY[bulk_item.provider]
                ELSE host.host_key_provider IS DISTINCT FROM bulk_item.provider END
            ORDER BY bulk_item.position LIMIT :limit\
            """)
        .bind("bulk", bulk)
        .bind("limit", limit)
        .map((row, context) -> BulkColumns.item(row))
        .list();
  }

  private Map<String, Long> counted(String sql, UUID bulk) {
    return handle
        .createQuery(sql)
        .bind("bulk", bulk)
        .map((row, context) -> Map.entry(row.getString("state"), row.getLong("n")))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static <T> List<T> all(List<BulkItem> items, Function<BulkItem, T> what) {
    return items.stream().map(what).toList();
  }

  private static String word(BulkItem.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private Optional<Bulk> one(String sql, UUID id) {
    return handle
        .createQuery(sql)
        .bind("id", id)
        .map((row, context) -> BulkColumns.bulk(row))
        .findFirst();
  }

  private static Update changing(Update update, Bulk bulk) {
    TaskColumns.End end = bulk.end().map(TaskColumns.End::of).orElse(TaskColumns.End.NONE);
    return update
        .bind("id", bulk.id())
        .bind("version", bulk.version())
        .bind("state", bulk.state().name().toLowerCase(Locale.ROOT))
        .bind("phase", bulk.phase())
        .bind("total", bulk.counts().total())
        .bind("ok", bulk.counts().ok())
        .bind("failed", bulk.counts().failed())
        .bind("skipped", bulk.counts().skipped())
        .bind("open", bulk.counts().open())
        .bind("cancel_requested", bulk.cancelRequested())
        .bind("summary", end.summary())
        .bind("error_code", end.code())
        .bind("begun", Columns.utc(bulk.times().begun()))
        .bind("done_before", bulk.times().doneBefore())
        .bind("verifying", bulk.times().verifying().map(Columns::utc))
        .bind("ended", bulk.times().ended().map(Columns::utc));
  }
}
