package io.keymoor.host.command;

import io.keymoor.protocol.CommandProgress;
import io.keymoor.protocol.CommandProgress.Pace;
import io.keymoor.protocol.HostCommand;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A command that waits or runs: how far it is, and whether it shall stop or stand still.
 *
 * <p>Guarantee: one that stands still takes no {@link Turn}, goes on only when nobody wants it to
 * stand still any more or it is cancelled, and never while the agent ends. Thread-safe.
 */
final class Execution implements CommandControl {
  private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

  private final HostCommand command;
  private final boolean resumed;
  private final Turn turn;
  private final Runnable changed;
  private CommandProgress latest;
  private boolean cancelled;
  private boolean pauseWanted;
  private boolean restored;
  private boolean pausable = true;
  private int standing;

  /** The right to be at work, of which there are few. */
  interface Turn {
    /** Others may have it. */
    void giveBack(Execution execution);

    /** Waits for one. */
    void takeAgain();

    /** Whether the agent ends, and nothing shall go on. */
    boolean ending();
  }

  /**
   * An execution that has not begun.
   *
   * @param resumed whether an earlier process accepted it, and may have begun it
   * @param paused how far it was when it was paused, where it was
   */
  Execution(
      HostCommand command,
      boolean resumed,
      Optional<CommandProgress> paused,
      Turn turn,
      Runnable changed) {
    this.command = command;
    this.resumed = resumed;
    this.turn = turn;
    this.changed = changed;
    this.pauseWanted = paused.isPresent();
    this.restored = paused.isPresent();
    this.latest =
        paused.orElseGet(
            () -> new CommandProgress(command.id(), "waits for its turn", 0, 0, "steps"));
  }

  HostCommand command() {
    return command;
  }

  boolean resumed() {
    return resumed;
  }

  synchronized CommandProgress latest() {
    return new CommandProgress(
        latest.id(), latest.phase(), latest.done(), latest.total(), latest.unit(), pace());
  }

  private Pace pace() {
    if (standing > 0 || (restored && pauseWanted && !cancelled)) {
      return Pace.STANDING;
    }
    return pausable ? Pace.OPEN : Pace.CLOSING;
  }

  synchronized void cancel() {
    cancelled = true;
    notifyAll();
  }

  /** Has it stand still, or go on; true when that is news. */
  synchronized boolean pause(boolean wanted) {
    boolean news = pauseWanted != wanted;
    pauseWanted = wanted;
    notifyAll();
    return news;
  }

  /** What an earlier process paused does not begin; it stands still first. */
  void begin() {
    standStill(() -> {});
    synchronized (this) {
      restored = false;
    }
  }

  @Override
  public void progress(String phase, long done, long total, String unit) {
    synchronized (this) {
      latest = new CommandProgress(command.id(), phase, done, total, unit);
    }
    changed.run();
  }

  @Override
  public synchronized boolean cancelled() {
    return cancelled;
  }

  @Override
  public synchronized boolean pauseWanted() {
    return pauseWanted && !cancelled;
  }

  @Override
  public void pausable(boolean possible) {
    synchronized (this) {
      pausable = possible;
    }
    changed.run();
  }

  @Override
  public void standStill(Runnable look) {
    if (!enter()) {
      return;
    }
    try {
      changed.run();
      while (waits()) {
        if (!turn.ending()) {
          look.run();
        }
      }
    } finally {
      leave();
      changed.run();
    }
  }

  private boolean enter() {
    boolean first;
    synchronized (this) {
      if (!pauseWanted()) {
        return false;
      }
      standing++;
      first = standing == 1;
    }
    if (first) {
      turn.giveBack(this);
    }
    return true;
  }

  /** Waits a moment; false when there is nothing to wait for any more. */
  private synchronized boolean waits() {
    long deadline = System.nanoTime() + LOOK_NANOS;
    try {
      while (pauseWanted() || turn.ending()) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return true;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private void leave() {
    boolean last;
    synchronized (this) {
      standing--;
      last = standing == 0;
    }
    if (last) {
      turn.takeAgain();
    }
  }
}
