package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.model.PortionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** The new keys of tasks in portions, and which hosts have them. */
record PortionKeys(Handle handle) {
  /** Keys of tasks that have not ended. */
  Map<UUID, KeyName> ofOpen(UUID cluster) {
    Map<UUID, KeyName> keys = new HashMap<>();
    for (Portion portion : open(cluster)) {
      portion.open().forEach(place -> keys.put(portion.id().task(place), portion.key(place)));
    }
    return keys;
  }

  private List<Portion> open(UUID cluster) {
    return handle
        .createQuery(
            """
            SELECT * FROM task_portion
            WHERE NOT closed AND host IN (SELECT id FROM host WHERE cluster = :cluster)
              AND states ~ '[qdr]'
            ORDER BY id\
            """)
        .bind("cluster", cluster)
        .map((row, context) -> Portion.of(row))
        .list();
  }

  /** Adds to what the host has; nothing is locked but the host's own account of a portion. */
  void arrived(UUID host, UUID cluster, Collection<KeyName> keys) {
    Set<KeyName> there = Set.copyOf(keys);
    List<Portion> open = open(cluster);
    Map<UUID, Set<Integer>> before = places(host, open);
    for (Portion portion : open) {
      Set<Integer> had = before.getOrDefault(portion.id().id(), Set.of());
      List<Integer> more =
          portion
              .open()
              .filter(place -> !had.contains(place) && there.contains(portion.key(place)))
              .boxed()
              .toList();
      if (!more.isEmpty()) {
        add(portion.id(), host, more);
      }
    }
  }

  private void add(PortionId portion, UUID host, List<Integer> places) {
    handle
        .createUpdate(
            """
            INSERT INTO task_portion_keys AS known (portion, host, places)
            SELECT id, :host, :places FROM task_portion WHERE id = :portion AND NOT closed
            ON CONFLICT (portion, host) DO UPDATE SET places = known.places || excluded.places\
            """)
        .bind("portion", portion.id())
        .bind("host", host)
        .bindArray("places", Integer.class, places)
        .execute();
  }

  private Map<UUID, Set<Integer>> places(UUID host, List<Portion> portions) {
    Map<UUID, Set<Integer>> places = new HashMap<>();
    if (!portions.isEmpty()) {
      handle
          .createQuery(
              """
              SELECT portion, places FROM task_portion_keys
              WHERE host = :host AND portion = ANY (:portions)\
              """)
          .bind("host", host)
          .bind("portions", Uuids.of(portions.stream().map(portion -> portion.id().id()).toList()))
          .map((row, context) -> Map.entry(Columns.uuid(row, "portion"), places(row)))
          .forEach(entry -> places.put(entry.getKey(), entry.getValue()));
    }
    return places;
  }

  /** The hosts that have each task's key; only of tasks of which any has. */
  Map<UUID, Set<UUID>> holders(Collection<UUID> tasks) {
    Map<UUID, List<UUID>> byPortion =
        tasks.stream().collect(Collectors.groupingBy(task -> PortionId.of(task).id()));
    Map<UUID, Set<UUID>> holders = new HashMap<>();
    handle
        .createQuery("SELECT * FROM task_portion_keys WHERE portion = ANY (:portions)")
        .bind("portions", Uuids.of(byPortion.keySet()))
        .map((row, context) ->
            new Account(Columns.uuid(row, "portion"), Columns.uuid(row, "host"), places(row)))
        .forEach(account ->
            byPortion.getOrDefault(account.portion(), List.of()).stream()
                .filter(task -> account.places().contains(PortionId.place(task)))
                .forEach(task ->
                    holders.computeIfAbsent(task, _ -> new HashSet<>()).add(account.host())));
    return holders;
  }

  /** What a host has of a portion. */
  private record Account(UUID portion, UUID host, Set<Integer> places) {}

  private static Set<Integer> places(ResultSet row) throws SQLException {
    return new HashSet<>(List.of((Integer[]) row.getArray("places").getArray()));
  }
}
