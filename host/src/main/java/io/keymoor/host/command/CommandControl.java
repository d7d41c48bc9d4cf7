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
}
