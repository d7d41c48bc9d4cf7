package io.keymoor.manager.domain.model;

import io.keymoor.provider.KeyId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The rotation of a provider's wrapping key, a task (K4).
 *
 * @param id its id
 * @param version grows with every change
 * @param provider the provider
 * @param providerName its name when it was begun
 * @param actor who wants it; "manager" for one that was due
 * @param address where the request came from
 * @param state how it stands
 * @param phase what it does, or waits for
 * @param wrappingKey the new wrapping key; absent until it is in use
 * @param after KEKs up to this mark have been looked at
 * @param count KEKs by how they stand
 * @param end how it ended
 * @param created when it was begun
 * @param ended when it ended
 */
public record Rotation(
    UUID id,
    long version,
    UUID provider,
    String providerName,
    String actor,
    String address,
    Task.State state,
    String phase,
    Optional<KeyId> wrappingKey,
    Optional<UUID> after,
    Count count,
    Optional<Task.End> end,
    Instant created,
    Optional<Instant> ended) {
  /** The word for it in tasks. */
  public static final String KIND = "provider_rotate";

  /**
   * KEKs by how they stand.
   *
   * @param total to be wrapped anew, and those that are
   * @param done wrapped anew
   * @param left that could not be
   * @param reason why one of those could not be
   */
  public record Count(long total, long done, long left, String reason) {
    /** None known of yet. */
    public static final Count NONE = new Count(0, 0, 0, "");

    /** With a portion more. */
    public Count plus(long more, long failed, String why) {
      return new Count(
          Math.max(total, done + more + left + failed),
          done + more,
          left + failed,
          why.isEmpty() ? reason : why);
    }
  }

  /** What tasks and audit events call the provider. */
  public ObjectRef object() {
    return new ObjectRef("provider", provider.toString(), providerName);
  }

  /** The new wrapping key is in use; so many KEKs are wrapped under others. */
  public Rotation under(KeyId key, long others) {
    return with(
        Task.State.RUNNING, "", Optional.of(key), after, new Count(others, 0, 0, ""), end, ended);
  }

  /** A portion was looked at. */
  public Rotation at(UUID mark, Count now) {
    return with(Task.State.RUNNING, "", wrappingKey, Optional.of(mark), now, end, ended);
  }

  /** It can't go on now. */
  public Rotation waiting(String why) {
    return with(state, why, wrappingKey, after, count, end, ended);
  }

  /** It ended. */
  public Rotation ended(Task.End how, Instant when) {
    return with(how.state(), "", wrappingKey, after, count, Optional.of(how), Optional.of(when));
  }

  private Rotation with(
      Task.State newState,
      String newPhase,
      Optional<KeyId> newKey,
      Optional<UUID> newAfter,
      Count newCount,
      Optional<Task.End> newEnd,
      Optional<Instant> newEnded) {
    return new Rotation(
        id,
        version + 1,
        provider,
        providerName,
        actor,
        address,
        newState,
        newPhase,
        newKey,
        newAfter,
        newCount,
        newEnd,
        created,
        newEnded);
  }
}
