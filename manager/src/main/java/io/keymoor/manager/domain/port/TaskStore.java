package io.keymoor.manager.domain.port;

import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.provider.KeyId;
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
   * From now until this transaction ends nobody else stores tasks that change keys: what {@link
   * #changingKeysOf(UUID)} says stays true.
   */
  void lockNewTasks();

  /**
   * Stores new tasks of a bulk task, except those of objects that have a key-changing task already.
   * Their ids are those of portions, each of one host, from the first place on.
   *
   * @return the ids of those stored
   */
  Set<UUID> insert(UUID bulk, List<Part> parts);

  /** A task of a bulk task, and the position of its object there. */
  record Part(long position, Task task) {}

  Optional<Task> find(UUID id);

  /** The task, which nobody else can change until this transaction ends. */
  Optional<Task> lock(UUID id);

  /** Stores how a task is now that {@link #lock(UUID)} locked. */
  void update(Task task);

  /** Those of these tasks that exist, locked. */
  List<Task> lock(Collection<UUID> ids);

  /** Says of each of these, which no host has, what it waits for. */
  void waiting(Map<UUID, String> phases);

  /**
   * Notes that these are handed to their host, and wait for nothing any more; but not of those that
   * ended, were cancelled or were handed out by somebody else meanwhile.
   *
   * @return those of which it was noted
   */
  Set<UUID> delivered(List<UUID> ids, Instant now);

  /** Notes that these run. */
  void running(List<UUID> ids, Instant now);

  /** Stores how these ended. */
  void end(List<Task> tasks);

  /** The newest first, without those of bulk tasks. */
  List<Task> newest(int limit);

  /** Tasks that shall stand still since before this, oldest first. */
  List<Task> pausedBefore(Instant then);

  /** Tasks of a host that have not ended, oldest first, locked. */
  List<Task> openOn(UUID host);

  /** Tasks of a host that have not ended, oldest first, as they are now; not locked. */
  List<Task> seenOn(UUID host);

  /**
   * Queued tasks of a host that it knows, that were cancelled, or that were created before {@code
   * deadline} and are no bulk task's; oldest first, locked.
   */
  List<Task> toSettle(UUID host, Collection<UUID> known, Instant deadline);

  /**
   * Tasks created before {@code deadline} that were never handed to their host and are no bulk
   * task's, locked; at most so many.
   */
  List<Task> neverDelivered(Instant deadline, int most);

  /** Tasks of a bulk task that no host has, locked; at most so many. */
  List<Task> undelivered(UUID bulk, int most);

  /**
   * Tasks of a bulk task that were never handed to their host and shall wait no longer, locked; at
   * most so many.
   *
   * @param silent hosts for which nothing waits
   * @param waiting what waits for something else than its host and was created before this
   * @param all whatever was created before this
   */
  List<Task> unreached(UUID bulk, Collection<UUID> silent, Instant waiting, Instant all, int most);

  /**
   * Of these VMs, those with a task that changes keys and has not ended, and that task.
   *
   * @param bulk whose objects they are, and wait to be handed to a host: so it has no such task
   *     itself
   */
  Map<UUID, UUID> changingKeysOf(Collection<UUID> vms, UUID bulk);

  /** The VM's task that changes keys and has not ended. */
  Optional<UUID> changingKeysOf(UUID vm);

  /** New keys that open tasks of a cluster's hosts name; of any type of provider. */
  Map<UUID, KeyName> keysOfOpen(UUID cluster);

  /** A host has these keys: notes it with the open tasks of its cluster that name them. */
  void keysArrived(UUID host, UUID cluster, Collection<KeyName> keys);

  /** The hosts that have the new key of each of these tasks. */
  Map<UUID, Set<UUID>> keyHolders(Collection<UUID> tasks);

  /** Any task of the VM that has not ended. */
  Optional<UUID> openOf(UUID vm);

  /** Keys of this provider that tasks work with that have not ended. */
  List<KeyId> keysAtWork(UUID provider);
}
