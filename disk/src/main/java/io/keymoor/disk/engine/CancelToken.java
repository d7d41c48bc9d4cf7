package io.keymoor.disk.engine;

/** Lets one thread stop what another is doing, within a chunk's time. Thread-safe. */
public final class CancelToken {
  private volatile boolean cancelled;

  /** Asks the operation to stop; idempotent. */
  public void cancel() {
    cancelled = true;
  }

  public boolean isCancelled() {
    return cancelled;
  }
}
