package io.keymoor.manager.domain.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A piece of long work: one command to one host, and how it ends.
 *
 * @param id its id, also the command's
 * @param version grows with every change
 * @param vm the VM it is about, or the host when it is about the host's own key
 * @param vmName its name
 * @param host the host that does it
 * @param work what is to be done
 * @param actor who asked
 * @param address from where
 * @param state where it stands
 * @param progress how far it is
 * @param cancelRequested whether somebody wants it stopped
 * @param pauseRequested since when somebody wants it to stand still
 * @param end how it ended
 * @param times when what happened
 */
public record Task(
    UUID id,
    long version,
    UUID vm,
    String vmName,
    UUID host,
    VmWork work,
    String actor,
    String address,
    State state,
    Progress progress,
    boolean cancelRequested,
    Optional<Instant> pauseRequested,
    Optional<End> end,
    Times times) {

  /** Queued until the host has it, then running until it ended. */
  public enum State {
    QUEUED,
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    /** True when nothing will change any more. */
    public boolean ended() {
      return switch (this) {
        case QUEUED, RUNNING -> false;
        case SUCCEEDED, FAILED, CANCELLED -> true;
      };
    }
  }

  /**
   * How far it is.
   *
   * @param phase what it does now
   * @param done units done
   * @param total units in all; 0 while unknown
   * @param unit "bytes" or "steps"
   * @param pace whether it goes on, as its host says
   */
  public record Progress(String phase, long done, long total, String unit, Pace pace) {
    /** Nothing done yet. */
    public static final Progress NONE = new Progress("", 0, 0, "steps", Pace.OPEN);

    private Progress at(String newPhase) {
      return new Progress(newPhase, done, total, unit, Pace.OPEN);
    }
  }

  /** Whether its host goes on with it. */
  public enum Pace {
    /** It does, and can stand still where disks are written. */
    OPEN,
    /** It stands still. */
    STANDING,
    /** It does, and is past the point up to which it could stand still. */
    CLOSING
  }

  /** How it ended. */
  public sealed interface End {
    /** The state it leads to. */
    State state();

    /** It is done. */
    record Succeeded(String summary, List<String> warnings) implements End {
      public Succeeded {
        warnings = List.copyOf(warnings);
      }

      @Override
      public State state() {
        return State.SUCCEEDED;
      }
    }

    /** It failed; the sentence says what was left how. */
    record Failed(String code, String sentence) implements End {
      @Override
      public State state() {
        return State.FAILED;
      }
    }

    /** It was stopped and everything is as before. */
    record Cancelled(String summary) implements End {
      @Override
      public State state() {
        return State.CANCELLED;
      }
    }
  }

  /**
   * When what happened.
   *
   * @param created when it was asked for
   * @param delivered when the command was first handed to the host
   * @param started when the host said it has it
   * @param ended when it ended
   */
  public record Times(
      Instant created,
      Optional<Instant> delivered,
      Optional<Instant> started,
      Optional<Instant> ended) {}

  /** Handed to the host; whether it arrived is not known yet. */
  public Task delivered(Instant now) {
    Times handed =
        new Times(
            times.created, times.delivered.or(() -> Optional.of(now)), times.started, times.ended);
    // What it waited for is over.
    return with(state, progress.at(""), cancelRequested, pauseRequested, end, handed);
  }

  /** Not handed to the host yet; {@code phase} says why. */
  public Task waiting(String phase) {
    return with(state, progress.at(phase), cancelRequested, pauseRequested, end, times);
  }

  /** The host has it. */
  public Task running(Progress now, Instant when) {
    Times begun =
        new Times(
            times.created,
            times.delivered.or(() -> Optional.of(when)),
            times.started.or(() -> Optional.of(when)),
            times.ended);
    return with(State.RUNNING, now, cancelRequested, pauseRequested, end, begun);
  }

  /** Somebody wants it stopped, also where it stands still. */
  public Task cancelling() {
    return with(state, progress, true, Optional.empty(), end, times);
  }

  /** Somebody wants it to stand still; once more changes nothing. */
  public Task pausing(Instant now) {
    return pauseRequested.isPresent()
        ? this
        : with(state, progress, cancelRequested, Optional.of(now), end, times);
  }

  /** Somebody wants it to go on. */
  public Task goingOn() {
    return with(state, progress, cancelRequested, Optional.empty(), end, times);
  }

  /** Whether it stands still because somebody wants that. */
  public boolean paused() {
    return pauseRequested.isPresent() && !state.ended() && progress.pace() == Pace.STANDING;
  }

  /** It ended. */
  public Task ended(End how, Instant when) {
    Times over = new Times(times.created, times.delivered, times.started, Optional.of(when));
    // How far it came stays; what it was doing is over.
    return with(
        how.state(), progress.at(""), cancelRequested, Optional.empty(), Optional.of(how), over);
  }

  /** What it is about. */
  public ObjectRef object() {
    String type = work instanceof VmWork.RekeyHost ? "host" : "vm";
    return new ObjectRef(type, vm.toString(), vmName);
  }

  private Task with(
      State newState,
      Progress newProgress,
      boolean cancel,
      Optional<Instant> pause,
      Optional<End> newEnd,
      Times newTimes) {
    return new Task(
        id,
        version + 1,
        vm,
        vmName,
        host,
        work,
        actor,
        address,
        newState,
        newProgress,
        cancel,
        pause,
        newEnd,
        newTimes);
  }
}
