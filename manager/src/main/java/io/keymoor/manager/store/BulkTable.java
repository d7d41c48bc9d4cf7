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
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/** Bulk tasks; their objects are in pages ({@link BulkPages}). */
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
                .bind("vms", Uuids.of(request.vms()))
                .bind("title", request.title())
                .bind("actor", bulk.actor())
                .bind("address", bulk.address())
                .bind("created", Columns.utc(bulk.times().created())),
            bulk)
        .execute();
  }

  @Override
  public int add(UUID bulk, List<BulkItem> items) {
    return new BulkPages(handle).add(bulk, items);
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
    return new BulkResults(handle).settle(bulk);
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
    return new BulkPages(handle)
        .items(bulk, positions).stream()
            .filter(item -> item.state() == BulkItem.State.WAITING)
            .map(BulkItem::position)
            .collect(Collectors.toSet());
  }

  @Override
  public Set<Long> managers() {
    return new BulkStragglers(handle).managers();
  }

  @Override
  public List<BulkItem> wave(UUID bulk, List<UUID> hosts, int most, int atOnce) {
    return new BulkPages(handle).wave(bulk, hosts, most, atOnce);
  }

  @Override
  public List<BulkItem> items(UUID bulk, Optional<BulkItem.State> state, long after, int limit) {
    return new BulkPages(handle).items(bulk, state, after, limit);
  }

  @Override
  public void update(UUID bulk, List<BulkItem> items) {
    new BulkPages(handle).update(bulk, items);
  }

  @Override
  public Bulk.Counts retry(UUID bulk) {
    new BulkStragglers(handle).retry(bulk);
    return new BulkPages(handle).counts(bulk);
  }

  @Override
  public List<BulkItem> unconfirmed(UUID bulk, int limit) {
    BulkPages pages = new BulkPages(handle);
    return pages.items(bulk, pages.unconfirmed(bulk, limit));
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
