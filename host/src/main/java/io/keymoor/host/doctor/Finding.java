package io.keymoor.host.doctor;

import java.util.Optional;

/**
 * One line of what the doctor says.
 *
 * @param check what was looked at; stable, lower case with hyphens
 * @param level how it is
 * @param text what was found, a sentence
 * @param advice what to do; absent only where all is well
 */
public record Finding(String check, Level level, String text, Optional<String> advice) {
  /** How something is. */
  public enum Level {
    /** As it should be. */
    OK,
    /** Works, with a risk or a limit that somebody should know. */
    WARN,
    /** Does not work, or is not safe; must be put right. */
    FIX
  }

  static Finding ok(String check, String text) {
    return new Finding(check, Level.OK, text, Optional.empty());
  }

  static Finding warn(String check, String text, String advice) {
    return new Finding(check, Level.WARN, text, Optional.of(advice));
  }

  static Finding fix(String check, String text, String advice) {
    return new Finding(check, Level.FIX, text, Optional.of(advice));
  }
}
