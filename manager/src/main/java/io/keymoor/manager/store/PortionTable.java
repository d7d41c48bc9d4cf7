package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.PortionId;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.provider.KeyId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * Tasks of bulk tasks, many to a row. They can be handed out, be known to their host and end; what
 * needs more moves to a row of its own ({@link PortionMoves}). Portions are locked before rows of
 * "task", by creation and id; whoever looks for a task looks here first, so that one that moves is
 * seen at least once.
 */
record PortionTable(Handle handle) {
  /** So many portions get their results to their objects in one transaction. */
  private static final int AT_ONCE = 64;

  /**
   * Held until the transaction ends by whoever stores tasks that change keys: no index says that a
   * VM has one such task at a time where many are in a row. In two halves, unlike the locks by
   * which managers are counted.
   */
  void lockNewTasks() {
    handle.createQuery("SELECT 1 FROM pg_advisory_xact_lock(4712, 1)").mapTo(Integer.class).one();
  }

  /** Nothing of it is to be done any more. */
  static boolean isClosed(String states) {
    return states.chars().noneMatch(letter -> letter >= 'a' && letter <= 'z');
  }

  Optional<Task> find(UUID task) {
    return handle
        .createQuery("SELECT * FROM task_portion WHERE id = :id")
        .bind("id", PortionId.of(task).id())
        .map((row, context) -> Portion.of(row))
        .findFirst()
        .filter(portion -> portion.has(task))
        .map(portion -> portion.task(PortionId.place(task)));
  }

  /** What a host has of bulk tasks, oldest first; not locked. */
  List<Task> openOn(UUID host) {
    return handle
        .createQuery(
            """
            SELECT * FROM task_portion WHERE host = :host AND NOT closed ORDER BY created, id\
            """)
        .bind("host", host)
        .map((row, context) -> Portion.of(row))
        .stream()
        .flatMap(portion -> portion.open().mapToObj(portion::task))
        .toList();
  }

  /** The portions with these tasks, locked. */
  List<Portion> lock(Collection<UUID> tasks) {
    return lock(tasks, Portion.HERE);
  }

  /** The portions in which any of these tasks has one of these letters, locked. */
  List<Portion> lock(Collection<UUID> tasks, String letters) {
    return locking("*", tasks, letters).map((row, context) -> Portion.of(row)).list();
  }

  /**
   * Locks no portion that its tasks have left: whoever has a row of theirs locked would lock rows
   * first and portions second.
   *
   * <p>The condition is a value, not EXISTS: that would be a join, and after waiting for a lock
   * PostgreSQL looks again at the one task that it had found before. Where just that one left, the
   * others would be overlooked, and a host's outcome of them would be acknowledged and lost.
   */
  private Query locking(String columns, Collection<UUID> tasks, String letters) {
    List<UUID> all = List.copyOf(tasks);
    return handle
        .createQuery(
            """
            SELECT %s FROM task_portion AS portion
            WHERE id = ANY (:ids) AND COALESCE((
              SELECT bool_or(strpos(:letters, substr(portion.states, asked.place, 1)) > 0)
              FROM unnest(:ids, :places) AS asked (id, place)
              WHERE asked.id = portion.id AND asked.place BETWEEN 1 AND length(portion.states)),
              false)
            ORDER BY created, id FOR UPDATE\
            """
                .formatted(columns))
        .bind("ids", Uuids.of(all.stream().map(task -> PortionId.of(task).id()).toList()))
        .bindArray("places", Integer.class, all.stream().map(PortionId::place).toList())
        .bind("letters", letters);
  }

  /** Which of these tasks are in a portion, and in which. */
  static Map<UUID, Portion> in(List<Portion> portions, Collection<UUID> tasks) {
    Map<UUID, Portion> byId =
        portions.stream().collect(Collectors.toMap(portion -> portion.id().id(), it -> it));
    Map<UUID, Portion> found = new HashMap<>();
    for (UUID task : tasks) {
      Portion portion = byId.get(PortionId.of(task).id());
      if (portion != null && portion.has(task)) {
        found.put(task, portion);
      }
    }
    return found;
  }

  /**
   * Of these VMs, those with a task here that has not ended, and that task.
   *
   * @param except a bulk task whose tasks don't count
   */
  Map<UUID, UUID> changingKeysOf(Collection<UUID> vms, Optional<UUID> except) {
    Set<UUID> wanted = Set.copyOf(vms);
    Map<UUID, UUID> found = new HashMap<>();
    for (Portion portion : openWith(wanted, except)) {
      portion
          .open()
          .filter(place -> wanted.contains(portion.vms().get(place - 1)))
          .forEach(place -> found.put(portion.vms().get(place - 1), portion.id().task(place)));
    }
    return found;
  }

  /** For one VM the database looks; for many, lists would be compared with lists there. */
  private List<Portion> openWith(Set<UUID> vms, Optional<UUID> except) {
    String one = vms.size() == 1 ? " AND :vm = ANY (vms)" : "";
    Query query =
        handle
            .createQuery(
                "SELECT * FROM task_portion WHERE NOT closed AND bulk IS DISTINCT FROM :except"
                    + one)
            .bind("except", except);
    if (vms.size() == 1) {
      query.bind("vm", vms.iterator().next());
    }
    return query.map((row, context) -> Portion.of(row)).list();
  }

  List<KeyId> keysAtWork(UUID provider) {
    return handle
        .createQuery("SELECT * FROM task_portion WHERE NOT closed AND :id = ANY (providers)")
        .bind("id", provider)
        .map((row, context) -> Portion.of(row))
        .stream()
        .flatMap(portion -> portion.open().mapToObj(portion::key))
        .filter(key -> key.provider().equals(provider))
        .map(key -> key.id())
        .distinct()
        .toList();
  }

  /** The letters of a locked portion. */
  private record Letters(PortionId id, String states) {
    /** A task's letter, wherever it may be. */
    char of(UUID task) {
      return Portion.letter(id, states, task);
    }
  }

  private List<Letters> letters(Collection<UUID> tasks, String letters) {
    return locking("id, states", tasks, letters)
        .map((row, context) ->
            new Letters(new PortionId(Columns.uuid(row, "id")), row.getString("states")))
        .list();
  }

  /**
   * Notes that these are handed out.
   *
   * @return those that were not yet
   */
  Set<UUID> delivered(Collection<UUID> tasks, Instant now) {
    Set<UUID> first = new HashSet<>();
    for (Letters portion : letters(tasks, "q")) {
      StringBuilder states = new StringBuilder(portion.states());
      for (UUID task : tasks) {
        if (portion.of(task) == Portion.QUEUED) {
          states.setCharAt(PortionId.place(task) - 1, Portion.DELIVERED);
          first.add(task);
        }
      }
      handle
          .createUpdate(
              """
              UPDATE task_portion SET states = :states, delivered = COALESCE(delivered, :now)
              WHERE id = :id\
              """)
          .bind("id", portion.id().id())
          .bind("states", states.toString())
          .bind("now", Columns.utc(now))
          .execute();
    }
    return first;
  }

  /** Notes that their host knows these. They are locked. */
  void running(Collection<UUID> tasks, Instant now) {
    for (Letters portion : letters(tasks, "qd")) {
      StringBuilder states = new StringBuilder(portion.states());
      for (UUID task : tasks) {
        if (Portion.isOpen(portion.of(task))) {
          states.setCharAt(PortionId.place(task) - 1, Portion.RUNNING);
        }
      }
      handle
          .createUpdate(
              """
              UPDATE task_portion SET states = :states, delivered = COALESCE(delivered, :now),
                started = COALESCE(started, :now)
              WHERE id = :id\
              """)
          .bind("id", portion.id().id())
          .bind("states", states.toString())
          .bind("now", Columns.utc(now))
          .execute();
    }
  }

  /**
   * Stores how tasks ended, where they are here and have not ended yet; without warnings.
   *
   * @return those of which it was stored
   */
  Set<UUID> end(List<Task> tasks) {
    Set<UUID> stored = new HashSet<>();
    List<UUID> ids = tasks.stream().map(Task::id).toList();
    locking("id, states, codes, summaries, ends", ids, Portion.OPEN)
        .map((row, context) -> Results.of(row))
        .list()
        .forEach(results -> end(results, tasks, stored));
    return stored;
  }

  /** What is known of the ends of a portion's tasks. */
  private record Results(PortionId id, String states, Portion.Ends ends) {
    static Results of(ResultSet row) throws SQLException {
      return new Results(
          new PortionId(Columns.uuid(row, "id")), row.getString("states"), Portion.Ends.of(row));
    }
  }

  private void end(Results before, List<Task> tasks, Set<UUID> stored) {
    StringBuilder states = new StringBuilder(before.states());
    List<String> codes = new ArrayList<>(before.ends().codes());
    List<String> summaries = new ArrayList<>(before.ends().summaries());
    List<Long> micros = new ArrayList<>(before.ends().micros());
    for (Task task : tasks) {
      if (!Portion.isOpen(Portion.letter(before.id(), before.states(), task.id()))) {
        continue;
      }
      int at = PortionId.place(task.id()) - 1;
      TaskColumns.End end = TaskColumns.End.of(task.end().orElseThrow());
      states.setCharAt(at, Portion.letter(task.end().orElseThrow()));
      codes.set(at, end.code().orElse(""));
      summaries.set(at, end.summary().orElse(""));
      micros.set(at, ChronoUnit.MICROS.between(Instant.EPOCH, task.times().ended().orElseThrow()));
      stored.add(task.id());
    }
    handle
        .createUpdate(
            """
            UPDATE task_portion SET states = :states, codes = :codes, summaries = :summaries,
              ends = :ends
            WHERE id = :id\
            """)
        .bind("id", before.id().id())
        .bind("states", states.toString())
        .bind("codes", Texts.of(codes))
        .bind("summaries", Texts.of(summaries))
        .bindArray("ends", Long.class, micros)
        .execute();
  }

  /**
   * Portions of a bulk task with tasks that ended and whose objects do not know it; locked. Some of
   * them, and none that a host is just at: the next time is soon, and hosts do not wait for long.
   */
  List<Portion> unsettled(UUID bulk) {
    return handle
        .createQuery(
            """
            SELECT * FROM task_portion WHERE bulk = :bulk AND NOT closed AND states ~ '[sfc]'
            ORDER BY created, id LIMIT :most FOR UPDATE SKIP LOCKED\
            """)
        .bind("bulk", bulk)
        .bind("most", AT_ONCE)
        .map((row, context) -> Portion.of(row))
        .list();
  }

  /** All that ended of these, which are locked, is known to the objects now. */
  void settled(List<Portion> told) {
    if (told.isEmpty()) {
      return;
    }
    List<String> states = new ArrayList<>();
    List<UUID> closed = new ArrayList<>();
    for (Portion portion : told) {
      StringBuilder now = new StringBuilder(portion.states());
      portion
          .unsettled()
          .forEach(place -> now.setCharAt(place - 1, Character.toUpperCase(now.charAt(place - 1))));
      states.add(now.toString());
      if (isClosed(now.toString())) {
        closed.add(portion.id().id());
      }
    }
    handle
        .createUpdate(
            """
            UPDATE task_portion SET states = now.states, closed = now.closed
            FROM unnest(:ids, :states, :closed) AS now (id, states, closed)
            WHERE task_portion.id = now.id\
            """)
        .bind("ids", Uuids.of(told.stream().map(portion -> portion.id().id()).toList()))
        .bind("states", Texts.of(states))
        .bindArray("closed", Boolean.class, states.stream().map(PortionTable::isClosed).toList())
        .execute();
    forgetKeys(closed);
  }

  private void forgetKeys(List<UUID> closed) {
    if (!closed.isEmpty()) {
      handle
          .createUpdate("DELETE FROM task_portion_keys WHERE portion = ANY (:closed)")
          .bind("closed", Uuids.of(closed))
          .execute();
    }
  }

  /** Takes these places, which are in rows of their own now, out of a locked portion. */
  void leave(Portion portion, List<Integer> places) {
    StringBuilder states = new StringBuilder(portion.states());
    places.forEach(place -> states.setCharAt(place - 1, Portion.ELSEWHERE));
    boolean closed = isClosed(states.toString());
    handle
        .createUpdate("UPDATE task_portion SET states = :states, closed = :closed WHERE id = :id")
        .bind("id", portion.id().id())
        .bind("states", states.toString())
        .bind("closed", closed)
        .execute();
    if (closed) {
      forgetKeys(Collections.singletonList(portion.id().id()));
    }
  }
}
