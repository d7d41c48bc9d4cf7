package io.keymoor.host.command;

/** What a running command tells and asks. Cheap to call often; thread-safe. */
public interface CommandControl {
  /**
   * Says how far the command is.
   *
   * @param phase what it does now, a few words for people
   * @param done units done
   * @param total units in all, 0 while unknown
   * @param unit "bytes" or "steps"
   */
  void progress(String phase, long done, long total, String unit);

  /** Whether somebody wants it stopped; it stops where that is safe. Once true, always true. */
  boolean cancelled();

  /** Whether somebody wants it to stand still. One that nobody watches never does. */
  default boolean pauseWanted() {
    return false;
  }

  /**
   * Returns once nobody wants it to stand still, or it is cancelled; at once where that is so
   * already. Several threads of one command may wait here.
   *
   * @param look is called about once a second meanwhile, and ends the waiting when it throws
   */
  default void standStill(Runnable look) {}

  /** Says whether it can be paused from here on; it can until it says otherwise. */
  default void pausable(boolean possible) {}
}
