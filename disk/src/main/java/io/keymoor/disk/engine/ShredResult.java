package io.keymoor.disk.engine;

import java.util.List;

/**
 * What was destroyed, and what may be left.
 *
 * @param overwrittenBytes how many bytes were written over
 * @param remains one sentence for each place where old contents may survive; empty when none is
 *     known. Flash media may always keep remapped blocks; discarding them is the administrator's.
 */
public record ShredResult(long overwrittenBytes, List<String> remains) {
  public ShredResult {
    remains = List.copyOf(remains);
  }
}
