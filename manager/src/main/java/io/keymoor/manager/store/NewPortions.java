package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.PortionId;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.port.TaskStore;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Stores what hosts are to be handed at once. */
record NewPortions(Handle handle) {
  /**
   * Stores new tasks, except of VMs that have one already. The caller has the lock.
   *
   * @param busy VMs that have one
   * @return the ids of those stored
   */
  Set<UUID> insert(UUID bulk, List<TaskStore.Part> parts, Set<UUID> busy) {
    Map<PortionId, List<TaskStore.Part>> portions =
        parts.stream().collect(Collectors.groupingBy(part -> PortionId.of(part.task().id())));
    PreparedBatch batch =
        handle.prepareBatch(
            """
            INSERT INTO task_portion (id, bulk, host, actor, address, created, positions, vms, names,
              kinds, providers, keys, states, codes, summaries, ends)
            VALUES (:id, :bulk, :host, :actor, :address, :created, :positions, :vms, :names, :kinds,
              :providers, :keys, :states, array_fill(text '', ARRAY[:n]),
              array_fill(text '', ARRAY[:n]), array_fill(bigint '0', ARRAY[:n]))\
            """);
    Set<UUID> stored = new HashSet<>();
    portions.forEach((id, some) -> {
      StringBuilder states = new StringBuilder();
      for (TaskStore.Part part : some) {
        Task task = part.task();
        if (!task.id().equals(id.task(states.length() + 1))) {
          throw new IllegalArgumentException("tasks of a portion that are not in their places");
        }
        boolean free = !busy.contains(task.vm());
        states.append(free ? Portion.QUEUED : Portion.ELSEWHERE);
        if (free) {
          stored.add(task.id());
        }
      }
      add(batch, bulk, id, some, states.toString());
    });
    if (!stored.isEmpty()) {
      batch.execute();
    }
    return stored;
  }

  private static void add(
      PreparedBatch batch, UUID bulk, PortionId id, List<TaskStore.Part> parts, String states) {
    if (PortionTable.isClosed(states)) {
      return;
    }
    List<Task> tasks = parts.stream().map(TaskStore.Part::task).toList();
    Task first = tasks.getFirst();
    List<TaskColumns.Work> works =
        tasks.stream().map(task -> TaskColumns.Work.of(task.work())).toList();
    batch
        .bind("id", id.id())
        .bind("bulk", bulk)
        .bind("host", first.host())
        .bind("actor", first.actor())
        .bind("address", first.address())
        .bind("created", Columns.utc(first.times().created()))
        .bindArray("positions", Long.class, parts.stream().map(TaskStore.Part::position).toList())
        .bind("vms", Uuids.of(tasks.stream().map(Task::vm).toList()))
        .bind("names", Texts.of(tasks.stream().map(Task::vmName).toList()))
        .bind("kinds", Texts.of(tasks.stream().map(task -> task.work().kind()).toList()))
        .bind(
            "providers",
            Uuids.of(works.stream().map(work -> work.provider().orElseThrow()).toList()))
        .bind(
            "keys",
            Texts.of(works.stream().map(work -> work.keyId().orElseThrow().text()).toList()))
        .bind("states", states)
        .bind("n", tasks.size())
        .add();
  }
}
