package io.keymoor.host.vm;

import io.keymoor.disk.engine.ProgressListener;
import io.keymoor.disk.engine.RateLimit;
import io.keymoor.host.command.CommandControl;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A control that holds its command back to a number of bytes a second, in each phase of its own.
 * QEMU holds its copies back itself. Thread-safe.
 */
final class HeldBack implements CommandControl {
  private final CommandControl next;
  private final long bytesPerSecond;
  private final AtomicReference<Phase> current =
      new AtomicReference<>(new Phase("", ProgressListener.SILENT));

  private HeldBack(CommandControl next, long bytesPerSecond) {
    this.next = next;
    this.bytesPerSecond = bytesPerSecond;
  }

  /** One phase and its rate. */
  private record Phase(String name, ProgressListener rate) {}

  /** Holds {@code next} back; 0 is no limit. */
  static CommandControl to(long bytesPerSecond, CommandControl next) {
    return bytesPerSecond == 0 ? next : new HeldBack(next, bytesPerSecond);
  }

  @Override
  public void progress(String phase, long done, long total, String unit) {
    next.progress(phase, done, total, unit);
    if (unit.equals("bytes") && !cancelled()) {
      Phase now =
          current.updateAndGet(known ->
              known.name().equals(phase)
                  ? known
                  : new Phase(phase, RateLimit.of(bytesPerSecond, ProgressListener.SILENT)));
      now.rate().progress(done, total);
    }
  }

  @Override
  public boolean cancelled() {
    return next.cancelled();
  }

  @Override
  public boolean pauseWanted() {
    return next.pauseWanted();
  }

  @Override
  public void standStill(Runnable look) {
    next.standStill(look);
  }

  @Override
  public void pausable(boolean possible) {
    next.pausable(possible);
  }
}
