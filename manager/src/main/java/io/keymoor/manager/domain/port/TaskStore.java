package io.keymoor.manager.domain.port;

import io.keymoor.manager.domain.model.Task;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Tasks; a row is the task, there is no other queue. */
public interface TaskStore {
  void insert(Task task);

  /**
   * Stores new tasks of a bulk task, except those of objects that have a key-changing task already.
   *
   * @return the ids of those stored
   */
  Set<UUID> insert(UUID bulk, List<Task> tasks);

  Optional<Task> find(UUID id);

  /** The task, which nobody else can change until this transaction ends. */
  Optional<Task> lock(UUID id);

  void update(Task task);

  /** Those of these tasks that exist, locked. */
  List<Task> lock(Collection<UUID> ids);

  /** Notes that these were handed to their host. */
  void delivered(List<UUID> ids, Instant now);

  /** Notes that these run. */
  void running(List<UUID> ids, Instant now);

  /** Stores how these ended. */
  void end(List<Task> tasks);

  /** The newest first, without those of bulk tasks. */
  List<Task> newest(int limit);

  /** Tasks of a host that have not ended, oldest first, locked. */
  List<Task> openOn(UUID host);

  /** Tasks created before {@code deadline} that were never handed to their host, locked. */
  List<Task> neverDelivered(Instant deadline);

  /** Tasks of a bulk task that no host has, locked. */
  List<Task> undelivered(UUID bulk);

  /** Of these VMs, those with a task that changes keys and has not ended, and that task. */
  Map<UUID, UUID> changingKeysOf(Collection<UUID> vms);

  /** The VM's task that changes keys and has not ended. */
  Optional<UUID> changingKeysOf(UUID vm);

  /** Any task of the VM that has not ended. */
  Optional<UUID> openOf(UUID vm);
}
