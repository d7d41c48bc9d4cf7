package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.BulkItem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * The objects of bulk tasks, a page of them to a row. Whoever changes any has locked the bulk task:
 * pages are read, changed and written without a lock of their own.
 */
record BulkPages(Handle handle) {
  /** So many pages are read at once where one after the other is looked through. */
  private static final int AT_ONCE = 16;

  /** The most pages of a wave: whoever stores single tasks waits while one is opened. */
  private static final int WAVE = 64;

  /** Adds objects that are not in it yet, those of a host together; answers how many those were. */
  int add(UUID bulk, List<BulkItem> items) {
    Set<UUID> known = objects(bulk);
    Map<String, List<BulkItem>> groups = new LinkedHashMap<>();
    int added = 0;
    for (BulkItem item : items) {
      if (known.add(item.id())) {
        groups
            .computeIfAbsent(item.object().type() + " " + item.host(), _ -> new ArrayList<>())
            .add(item);
        added++;
      }
    }
    long number = next(bulk);
    PreparedBatch rows =
        handle.prepareBatch(
            """
            INSERT INTO bulk_page (bulk, number, host, types, objects, names, states, hosts,
              providers, tasks, codes, details, waiting, open)
            VALUES (:bulk, :number, :host, :types, :objects, :names, :states, :hosts, :providers,
              :tasks, :codes, :details, :waiting, :open)\
            """);
    for (List<BulkItem> group : groups.values()) {
      for (int from = 0; from < group.size(); from += BulkPage.SIZE) {
        List<BulkItem> some = group.subList(from, Math.min(group.size(), from + BulkPage.SIZE));
        BulkPage page = BulkPage.of(number++, some.getFirst().host(), some);
        changing(rows, bulk, page)
            .bind("host", page.host())
            .bind("types", Texts.of(page.types()))
            .bind("objects", Uuids.of(page.objects()))
            .bind("names", Texts.of(page.names()))
            .add();
      }
    }
    if (added > 0) {
      rows.execute();
    }
    return added;
  }

  private Set<UUID> objects(UUID bulk) {
    return new HashSet<>(
        handle
            .createQuery("SELECT unnest(objects) AS object FROM bulk_page WHERE bulk = :bulk")
            .bind("bulk", bulk)
            .mapTo(UUID.class)
            .list());
  }

  private long next(UUID bulk) {
    return handle
        .createQuery("SELECT COALESCE(max(number), -1) + 1 FROM bulk_page WHERE bulk = :bulk")
        .bind("bulk", bulk)
        .mapTo(Long.class)
        .one();
  }

  private static PreparedBatch changing(PreparedBatch rows, UUID bulk, BulkPage page) {
    return rows.bind("bulk", bulk)
        .bind("number", page.number())
        .bind("states", page.states())
        .bind("hosts", Uuids.of(page.hosts()))
        .bind("providers", Uuids.of(page.providers()))
        .bind("tasks", Uuids.of(page.tasks()))
        .bind("codes", Texts.of(page.codes()))
        .bind("details", Texts.of(page.details()))
        .bind("waiting", page.count(BulkItem.State.WAITING))
        .bind("open", page.count(BulkItem.State.OPEN));
  }

  private void store(UUID bulk, Collection<BulkPage> pages) {
    if (pages.isEmpty()) {
      return;
    }
    PreparedBatch rows =
        handle.prepareBatch(
            """
            UPDATE bulk_page SET states = :states, hosts = :hosts, providers = :providers,
              tasks = :tasks, codes = :codes, details = :details, waiting = :waiting, open = :open
            WHERE bulk = :bulk AND number = :number\
            """);
    pages.forEach(page -> changing(rows, bulk, page).add());
    rows.execute();
  }

  private Map<Long, BulkPage> at(UUID bulk, Collection<Long> positions) {
    Map<Long, BulkPage> pages = new HashMap<>();
    if (!positions.isEmpty()) {
      handle
          .createQuery("SELECT * FROM bulk_page WHERE bulk = :bulk AND number = ANY (:numbers)")
          .bind("bulk", bulk)
          .bindArray(
              "numbers", Long.class, positions.stream().map(BulkPage::number).distinct().toList())
          .map((row, context) -> BulkPage.of(row))
          .forEach(page -> pages.put(page.number(), page));
    }
    return pages;
  }

  /** The objects at these positions, in the order of work. */
  List<BulkItem> items(UUID bulk, Collection<Long> positions) {
    Map<Long, BulkPage> pages = at(bulk, positions);
    return positions.stream()
        .sorted()
        .map(position ->
            Optional.ofNullable(pages.get(BulkPage.number(position)))
                .orElseThrow(() -> new IllegalStateException("no object at " + position))
                .item(position))
        .toList();
  }

  /** Objects in a state, in the order of work, after a position. */
  List<BulkItem> items(UUID bulk, Optional<BulkItem.State> state, long after, int limit) {
    List<BulkItem> items = new ArrayList<>();
    long from = BulkPage.number(Math.max(0, after));
    while (items.size() < limit) {
      List<BulkPage> pages = next(bulk, state, from);
      for (BulkPage page : pages) {
        page.items()
            .filter(item -> item.position() > after)
            .filter(item -> state.isEmpty() || state.get() == item.state())
            .limit(limit - items.size())
            .forEach(items::add);
      }
      if (pages.size() < AT_ONCE) {
        break;
      }
      from = pages.getLast().number() + 1;
    }
    return items;
  }

  private List<BulkPage> next(UUID bulk, Optional<BulkItem.State> state, long from) {
    return handle
        .createQuery(
            """
            SELECT * FROM bulk_page
            WHERE bulk = :bulk AND number >= :from AND strpos(states, :letter) > 0
            ORDER BY number LIMIT :most\
            """)
        .bind("bulk", bulk)
        .bind("from", from)
        .bind("letter", state.map(BulkPage::letter).map(String::valueOf).orElse(""))
        .bind("most", AT_ONCE)
        .map((row, context) -> BulkPage.of(row))
        .list();
  }

  /** Objects that have not begun, by the hosts that had them: see {@code BulkStore.wave}. */
  List<BulkItem> wave(UUID bulk, List<UUID> hosts, int most, int atOnce) {
    Map<UUID, Integer> room = new HashMap<>();
    List<BulkItem> wave = new ArrayList<>();
    handle
        .createQuery(
            """
            SELECT next.*, free.room FROM (
              SELECT at.host, LEAST(:most, :at_once - COALESCE((
                SELECT sum(open) FROM bulk_page busy
                WHERE busy.bulk = :bulk AND busy.host = at.host), 0)) AS room
              FROM unnest(:hosts) AS at (host)) AS free
            CROSS JOIN LATERAL (
              SELECT * FROM (
                SELECT *, sum(waiting) OVER (ORDER BY number) - waiting AS before
                FROM bulk_page
                WHERE bulk = :bulk AND host = free.host AND waiting > 0) AS waits
              WHERE waits.before < free.room) AS next
            ORDER BY next.number LIMIT :pages\
            """)
        .bind("bulk", bulk)
        .bind("hosts", Uuids.of(hosts))
        .bind("most", most)
        .bind("at_once", atOnce)
        .bind("pages", WAVE)
        .map((row, context) -> {
          BulkPage page = BulkPage.of(row);
          room.putIfAbsent(page.host(), row.getInt("room"));
          return page;
        })
        .forEach(page -> {
          List<BulkItem> some =
              page.items()
                  .filter(item -> item.state() == BulkItem.State.WAITING)
                  .limit(room.getOrDefault(page.host(), 0))
                  .toList();
          room.merge(page.host(), -some.size(), Integer::sum);
          wave.addAll(some);
        });
    return wave;
  }

  /** Stores how these objects stand now. */
  void update(UUID bulk, List<BulkItem> items) {
    Map<Long, BulkPage> pages = at(bulk, items.stream().map(BulkItem::position).toList());
    for (BulkItem item : items) {
      BulkPage page = pages.get(BulkPage.number(item.position()));
      if (page != null) {
        page.put(item);
      }
    }
    store(bulk, pages.values());
  }

  /**
   * What came of an object's task.
   *
   * @param state how the object stands because of it
   */
  record Told(long position, UUID task, BulkItem.State state, String code, String detail) {}

  /**
   * Gives objects what came of their tasks; not those that are not in a state any more, and not
   * those that have a newer task.
   *
   * @return how the bulk task's counts change
   */
  Bulk.Counts tell(UUID bulk, List<Told> results, BulkItem.State from) {
    Map<Long, BulkPage> pages = at(bulk, results.stream().map(Told::position).toList());
    List<BulkItem.State> now = new ArrayList<>();
    for (Told told : results) {
      BulkPage page = pages.get(BulkPage.number(told.position()));
      if (page == null) {
        continue;
      }
      BulkItem item = page.item(told.position());
      if (item.state() == from && item.task().equals(Optional.of(told.task()))) {
        page.put(item.concluded(told.state(), told.code(), told.detail()));
        now.add(told.state());
      }
    }
    if (!now.isEmpty()) {
      store(bulk, pages.values());
    }
    return counts(now).plus(counts(Collections.nCopies(now.size(), from)).negated());
  }

  private static Bulk.Counts counts(List<BulkItem.State> states) {
    return new Bulk.Counts(
        0,
        Collections.frequency(states, BulkItem.State.OK),
        Collections.frequency(states, BulkItem.State.FAILED),
        Collections.frequency(states, BulkItem.State.SKIPPED),
        Collections.frequency(states, BulkItem.State.OPEN));
  }

  /** All pages with objects that failed. */
  List<BulkPage> failed(UUID bulk) {
    return handle
        .createQuery(
            "SELECT * FROM bulk_page WHERE bulk = :bulk AND strpos(states, 'f') > 0 ORDER BY number")
        .bind("bulk", bulk)
        .map((row, context) -> BulkPage.of(row))
        .list();
  }

  /** How its objects stand, all counted anew. */
  Bulk.Counts counts(UUID bulk) {
    return handle
        .createQuery(
            """
            SELECT COALESCE(sum(length(states)), 0) AS total,
              COALESCE(sum(length(states) - length(replace(states, 'k', ''))), 0) AS ok,
              COALESCE(sum(length(states) - length(replace(states, 'f', ''))), 0) AS failed,
              COALESCE(sum(length(states) - length(replace(states, 's', ''))), 0) AS skipped,
              COALESCE(sum(open), 0) AS open
            FROM bulk_page WHERE bulk = :bulk\
            """)
        .bind("bulk", bulk)
        .map((row, context) ->
            new Bulk.Counts(
                row.getLong("total"),
                row.getLong("ok"),
                row.getLong("failed"),
                row.getLong("skipped"),
                row.getLong("open")))
        .one();
  }

  /** Positions of objects that are done and whose hosts' reports do not say so. */
  List<Long> unconfirmed(UUID bulk, int limit) {
    return handle
        .createQuery(
            """
            SELECT page.number * :size + at.place - 1 AS position
            FROM bulk_page AS page
            CROSS JOIN LATERAL unnest(page.types, page.objects, page.providers) WITH ORDINALITY
              AS at (type, object, provider, place)
            LEFT JOIN vm ON at.type = 'vm' AND vm.id = at.object AND vm.registered IS NOT NULL
            LEFT JOIN host ON at.type = 'host' AND host.id = at.object
            WHERE page.bulk = :bulk AND substr(page.states, at.place::int, 1) = 'k'
              AND CASE at.type
                WHEN 'vm' THEN vm.encrypted AND vm.providers <> ARRAY[at.provider]
                ELSE host.host_key_provider IS DISTINCT FROM at.provider END
            ORDER BY position LIMIT :limit\
            """)
        .bind("size", BulkPage.SIZE)
        .bind("bulk", bulk)
        .bind("limit", limit)
        .mapTo(Long.class)
        .list();
  }
}
