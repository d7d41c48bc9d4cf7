package io.keymoor.manager.domain.model;

import java.util.Optional;
import java.util.UUID;

/**
 * One object of a bulk task.
 *
 * @param position its place in the order of work: it grows, with gaps
 * @param object the VM or host
 * @param id its id
 * @param host the host that has it
 * @param provider the provider it goes to
 * @param state how it stands
 * @param task the task that a host works or worked on
 * @param code why it failed, stable
 * @param detail why it failed or was skipped, in a sentence
 */
public record BulkItem(
    long position,
    ObjectRef object,
    UUID id,
    UUID host,
    UUID provider,
    State state,
    Optional<UUID> task,
    String code,
    String detail) {

  /** The code of one that its host has, while nobody waits for that host any more. */
  public static final String WENT_AWAY = "host_went_away";

  /** How an object stands. */
  public enum State {
    /** Not begun. */
    WAITING,
    /** A host has it, or is about to. */
    OPEN,
    OK,
    FAILED,
    /** There was nothing to do. */
    SKIPPED
  }

  /** One that has not begun. */
  public static BulkItem waiting(long position, ObjectRef object, UUID id, UUID host, UUID to) {
    return new BulkItem(position, object, id, host, to, State.WAITING, Optional.empty(), "", "");
  }

  /** With a result without a host. */
  public BulkItem concluded(State how, String newCode, String sentence) {
    return new BulkItem(position, object, id, host, provider, how, task, newCode, sentence);
  }

  /** On this host now, to go to this provider. */
  public BulkItem at(UUID where, UUID to) {
    return new BulkItem(position, object, id, where, to, state, task, code, detail);
  }

  /** Handed over as {@code work}. */
  public BulkItem opened(UUID work) {
    return new BulkItem(
        position, object, id, host, provider, State.OPEN, Optional.of(work), "", "");
  }

  /** Whether it is a host's own key. */
  public boolean isHost() {
    return object.type().equals("host");
  }
}
