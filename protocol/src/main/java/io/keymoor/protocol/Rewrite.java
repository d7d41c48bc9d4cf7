package io.keymoor.protocol;

/**
 * How the data of disks is written anew.
 *
 * @param way where to
 * @param bytesPerSecond the most to copy or move in a second, 0 for no limit
 */
public record Rewrite(Way way, long bytesPerSecond) {
  /** As suits the VM, at full speed. */
  public static final Rewrite CHOSEN = new Rewrite(Way.CHOOSE, 0);

  /** Where to. */
  public enum Way {
    /** {@link #LIVE} when the VM runs, {@link #COPY} when it is off; never {@link #IN_PLACE}. */
    CHOOSE,
    /** To a new image, while the VM runs on. */
    LIVE,
    /** To a new image, while the VM is off. */
    COPY,
    /** In the same image, while the VM is off: without room for a copy. */
    IN_PLACE
  }

  public Rewrite {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("a rate is not negative");
    }
  }
}
