package io.keymoor.disk.inplace;

import java.time.Duration;
import java.util.List;

/**
 * How a conversion ended.
 *
 * @param bytes the size of the disk as the guest sees it
 * @param movedBytes how much of it was moved by this call; less than all where one was resumed
 * @param remains one sentence for each place where old contents may survive; empty when none is
 *     known
 */
public record InPlaceResult(
    Outcome outcome, long bytes, long movedBytes, List<String> remains, Duration elapsed) {
  /** What the disk is now. */
  public enum Outcome {
    /** As it was wanted. */
    CONVERTED,
    /** As it was before. */
    ROLLED_BACK
  }

  public InPlaceResult {
    remains = List.copyOf(remains);
  }
}
