package io.keymoor.manager.domain.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Work on many objects as one task: what was asked for, how far it is, how it ended. Each object is
 * a {@link BulkItem}.
 *
 * @param id its id, also the task's
 * @param version grows with every change
 * @param request what was asked for
 * @param actor who asked
 * @param address from where
 * @param state where it stands; a bulk task is never queued
 * @param phase what it does now
 * @param counts how many objects stand how
 * @param cancelRequested whether somebody wants it stopped
 * @param end how it ended
 * @param times when what happened
 */
public record Bulk(
    UUID id,
    long version,
    Request request,
    String actor,
    String address,
    Task.State state,
    String phase,
    Counts counts,
    boolean cancelRequested,
    Optional<Task.End> end,
    Times times) {

  /** What is done to the objects. */
  public enum Kind {
    /** Shallow rekey of VMs. */
    REKEY("vms_rekey"),
    /** Everything moves to another provider, and that is verified. */
    CHANGE_PROVIDER("provider_change");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** The word for it in tasks. */
    public String text() {
      return text;
    }
  }

  /**
   * What was asked for. Equal requests mean the same objects at the same time.
   *
   * @param kind what is done
   * @param provider the provider they go to; absent: each stays under its own
   * @param from only what is under this provider
   * @param cluster only what is in this cluster
   * @param vms only these VMs, sorted; empty means no such limit
   * @param title what a person calls the objects, such as "all VMs"
   */
  public record Request(
      Kind kind,
      Optional<UUID> provider,
      Optional<UUID> from,
      Optional<UUID> cluster,
      List<UUID> vms,
      String title) {
    public Request {
      vms = vms.stream().sorted().toList();
    }

    /** The same objects and the same provider, whatever they were called then. */
    public boolean isLike(Request other) {
      return kind == other.kind
          && provider.equals(other.provider)
          && from.equals(other.from)
          && cluster.equals(other.cluster)
          && vms.equals(other.vms);
    }
  }

  /**
   * Objects by how they stand.
   *
   * @param total all
   * @param ok done
   * @param failed not done, and why is known
   * @param skipped nothing to do
   * @param open handed to a host
   */
  public record Counts(long total, long ok, long failed, long skipped, long open) {
    /** None at all. */
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    /** Not begun. */
    public long waiting() {
      return total - ended() - open;
    }

    /** Those with a result. */
    public long ended() {
      return ok + failed + skipped;
    }

    /** With objects that went from one state to another. */
    public Counts plus(Counts change) {
      return new Counts(
          total + change.total,
          ok + change.ok,
          failed + change.failed,
          skipped + change.skipped,
          open + change.open);
    }

    /** With as many fewer. */
    public Counts negated() {
      return new Counts(-total, -ok, -failed, -skipped, -open);
    }
  }

  /**
   * When what happened.
   *
   * @param created when it was asked for
   * @param begun when it began or was last resumed
   * @param doneBefore objects that had a result then
   * @param verifying since when it waits for hosts to confirm
   * @param ended when it ended
   */
  public record Times(
      Instant created,
      Instant begun,
      long doneBefore,
      Optional<Instant> verifying,
      Optional<Instant> ended) {}

  /** With other counts, and what it does now. */
  public Bulk at(String newPhase, Counts now) {
    return with(state, newPhase, now, cancelRequested, end, times);
  }

  /** Somebody wants it stopped. */
  public Bulk cancelling() {
    return with(state, phase, counts, true, end, times);
  }

  /** All objects have a result; hosts are to confirm them. */
  public Bulk verifying(String newPhase, Instant since) {
    Times waiting =
        new Times(
            times.created, times.begun, times.doneBefore, Optional.of(since), Optional.empty());
    return with(state, newPhase, counts, cancelRequested, end, waiting);
  }

  /** It ended. */
  public Bulk ended(Task.End how, Instant when) {
    Times over =
        new Times(times.created, times.begun, times.doneBefore, times.verifying, Optional.of(when));
    return with(how.state(), "", counts, cancelRequested, Optional.of(how), over);
  }

  /** It goes on with what is left. */
  public Bulk resumed(Counts left, Instant now) {
    Times again = new Times(times.created, now, left.ended(), Optional.empty(), Optional.empty());
    return with(Task.State.RUNNING, "", left, false, Optional.empty(), again);
  }

  /** What audit events call it. */
  public ObjectRef object() {
    return new ObjectRef("bulk", id.toString(), request.title);
  }

  private Bulk with(
      Task.State newState,
      String newPhase,
      Counts newCounts,
      boolean cancel,
      Optional<Task.End> newEnd,
      Times newTimes) {
    return new Bulk(
        id,
        version + 1,
        request,
        actor,
        address,
        newState,
        newPhase,
        newCounts,
        cancel,
        newEnd,
        newTimes);
  }
}
