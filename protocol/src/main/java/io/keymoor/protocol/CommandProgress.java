package io.keymoor.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * How far a command is.
 *
 * @param id the command's id
 * @param phase what it does now, a few words for people
 * @param done units done, at least 0
 * @param total units in all; 0 while unknown
 * @param unit "bytes" or "steps"
 * @param told whether it goes on, and can be paused; absent from agents that can't
 */
public record CommandProgress(
    String id,
    String phase,
    long done,
    long total,
    String unit,
    @JsonProperty("pace") Optional<Pace> told) {
  /** Whether a command goes on. */
  public enum Pace {
    /** It goes on, or has not begun; a pause is heard where disks are written. */
    OPEN,
    /** It stands still because somebody wants that. */
    STANDING,
    /** It goes on and is past the point up to which it could be paused. */
    CLOSING
  }

  /** Of one that goes on. */
  public CommandProgress(String id, String phase, long done, long total, String unit) {
    this(id, phase, done, total, unit, Pace.OPEN);
  }

  public CommandProgress(String id, String phase, long done, long total, String unit, Pace pace) {
    this(id, phase, done, total, unit, Optional.of(pace));
  }

  /** Whether it goes on, and can be paused. */
  public Pace pace() {
    return told.orElse(Pace.OPEN);
  }
}
