package io.keymoor.systemtests.matrix;

import java.util.List;

/**
 * What comes of an action.
 *
 * @param outcome how it ends
 * @param words what the user reads, in their order
 */
record Expected(Outcome outcome, List<String> words) {
  Expected {
    words = List.copyOf(words);
  }

  /** How an action ends. */
  enum Outcome {
    /** It is done, with exit code 0. */
    WORKS("works"),
    /** It is done, with exit code 0, and says what is wrong. */
    WARNS("works, and warns"),
    /** It is done, with exit code 0; keys that nobody uses are in the KMS, and on record. */
    ORPHANS("works; keys that nobody uses are on record"),
    /** It ends with exit code 1 and says what is wrong; it changes nothing in any case. */
    FAILS("fails, and says why"),
    /** It ends with exit code 1; keys, VMs and files are as before. */
    REFUSED("refused, nothing changed"),
    /** It ends with exit code 1; VMs and files are as before, and the KMS may have one key more. */
    UNKNOWN("refused; one key more in the KMS, on record"),
    /** It ends with exit code 1, and the VM unlocks by itself once the fault is over. */
    LOCKED("locked; unlocks by itself"),
    /** It ends with exit code 1, and the VM unlocks only if its key comes back. */
    LOST("locked for good");

    private final String text;

    Outcome(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }

    boolean done() {
      return switch (this) {
        case WORKS, WARNS, ORPHANS -> true;
        case FAILS, REFUSED, UNKNOWN, LOCKED, LOST -> false;
      };
    }
  }

  static Expected works() {
    return new Expected(Outcome.WORKS, List.of());
  }

  static Expected warns(String... words) {
    return new Expected(Outcome.WARNS, List.of(words));
  }

  static Expected orphans(String... words) {
    return new Expected(Outcome.ORPHANS, List.of(words));
  }

  static Expected fails(String... words) {
    return new Expected(Outcome.FAILS, List.of(words));
  }

  static Expected refused(String... words) {
    return new Expected(Outcome.REFUSED, List.of(words));
  }

  static Expected unknown(String... words) {
    return new Expected(Outcome.UNKNOWN, List.of(words));
  }

  static Expected locked(String... words) {
    return new Expected(Outcome.LOCKED, List.of(words));
  }

  static Expected lost(String... words) {
    return new Expected(Outcome.LOST, List.of(words));
  }
}
