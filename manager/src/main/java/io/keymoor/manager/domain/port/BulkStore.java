package io.keymoor.manager.domain.port;

import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.BulkItem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Bulk tasks and their objects. */
public interface BulkStore {
  void insert(Bulk bulk);

  /** Adds objects, none of which has begun, that are not in it yet; answers how many those were. */
  int add(UUID bulk, List<BulkItem> items);

  Optional<Bulk> find(UUID id);

  /** The bulk task, which nobody else can change until this transaction ends. */
  Optional<Bulk> lock(UUID id);

  /**
   * Locks it for the one who drives it, and keeps others from driving it for {@code lease}. Absent
   * when somebody else who is still there drives it, or it has ended.
   *
   * @param driver the manager's process, as the stores' news know it
   */
  Optional<Bulk> drive(UUID id, UUID driver, Instant now, Duration lease);

  void update(Bulk bulk);

  /** From now on it is done in the name of this caller. */
  void reassign(UUID id, String actor, String address);

  /** Those that have not ended, and those of whose objects a result came late. */
  List<UUID> toDo();

  /** The newest first. */
  List<Bulk> newest(int limit);

  /**
   * Gives objects the results of their tasks, where those have ended.
   *
   * @return how the counts change
   */
  Bulk.Counts settle(UUID bulk);

  /**
   * Gives objects that had failed the results that their tasks have got since.
   *
   * @return how the counts change
   */
  Bulk.Counts settleLate(UUID bulk);

  /**
   * Fails objects that these hosts have, because nobody waits for their results any more: {@link
   * BulkItem#WENT_AWAY}. Their tasks stay open.
   *
   * @param sentences what is said of each host's objects
   * @param most at most so many
   * @return how many those were
   */
  int giveUp(UUID bulk, Map<UUID, String> sentences, int most);

  /** How many objects of it were given up and have no result yet. */
  int givenUp(UUID bulk);

  /** Which of these places have objects that have not begun. */
  Set<Long> waiting(UUID bulk, List<Long> positions);

  /** The managers that are connected now; equal as long as they are the same. */
  Set<Long> managers();

  /**
   * Objects that have not begun, in the order of work; not of all hosts at once where there are
   * many.
   *
   * @param most of one host
   * @param atOnce so many that no host has more at once, with those it has already
   */
  List<BulkItem> wave(UUID bulk, List<UUID> hosts, int most, int atOnce);

  /** Objects in a state, in the order of work, after a position. */
  List<BulkItem> items(UUID bulk, Optional<BulkItem.State> state, long after, int limit);

  /** Stores how these objects stand now. */
  void update(UUID bulk, List<BulkItem> items);

  /**
   * Makes failed objects wait again, and those that a host still has for that host; the counts of
   * all of them afterwards.
   */
  Bulk.Counts retry(UUID bulk);

  /** Objects that count as done though their host's report does not say so yet. */
  List<BulkItem> unconfirmed(UUID bulk, int limit);
}
