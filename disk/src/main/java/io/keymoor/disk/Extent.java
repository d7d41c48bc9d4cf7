package io.keymoor.disk;

/** A run of {@code length} bytes of a disk from {@code position} on, all of one kind. */
public record Extent(long position, long length, Kind kind) {
  /** What a run holds. */
  public enum Kind {
    /** Bytes that have to be read to be known. */
    DATA,
    /** Reads as zeros. */
    ZERO
  }

  public Extent {
    if (position < 0 || length <= 0) {
      throw new IllegalArgumentException("an extent of " + length + " bytes at " + position);
    }
  }

  /** The first byte after the run. */
  public long end() {
    return position + length;
  }

  public boolean isZero() {
    return kind == Kind.ZERO;
  }
}
