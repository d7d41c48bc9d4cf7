package io.keymoor.host.vm;

import java.util.List;

/**
 * What an operation did.
 *
 * @param summary a sentence
 * @param warnings what a person should know besides
 */
record Result(String summary, List<String> warnings) {
  Result {
    warnings = List.copyOf(warnings);
  }

  static Result of(String summary) {
    return new Result(summary, List.of());
  }
}
