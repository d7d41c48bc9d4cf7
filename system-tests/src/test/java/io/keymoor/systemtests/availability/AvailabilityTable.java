package io.keymoor.systemtests.availability;

/**
 * What users are promised for every trouble, deed and type of provider: rules rather than cells,
 * because few rules make the table.
 */
final class AvailabilityTable {
  private static final String NO_MANAGER = "can't be reached";
  private static final String NO_KEY = "No key could be had from key provider";
  private static final String LOCKED = "the key cache of this host does not hold it";
  private static final String NO_AGENT = "agent does not run on this host";

  private AvailabilityTable() {}

  static Promise of(Kind kind, Trouble trouble, Deed deed) {
    return switch (deed) {
      case RUN, RESET -> trouble.hostRestarted() ? Promise.off() : Promise.works();
      case POWER -> power(kind, trouble);
      case MIGRATE -> migrate(trouble);
      case RESTART_ELSEWHERE -> Promise.works();
      case REKEY, ENCRYPT, ADD_VTPM -> newKey(kind, trouble);
    };
  }

  private static Promise power(Kind kind, Trouble trouble) {
    if (trouble == Trouble.AGENT_DOWN) {
      return Promise.refused(NO_AGENT);
    }
    return lockedAfterRestart(kind, trouble) ? Promise.refused(LOCKED) : Promise.works();
  }

  /** A host that restarts has keys of native providers on its disk, and no others. */
  private static boolean lockedAfterRestart(Kind kind, Trouble trouble) {
    return kind == Kind.STANDARD
        && trouble.hostRestarted()
        && (trouble.withoutKms() || trouble.withoutManager());
  }

  private static Promise migrate(Trouble trouble) {
    if (trouble.withoutManager()) {
      return Promise.refused(NO_MANAGER);
    }
    if (trouble.hostRestarted()) {
      return Promise.off();
    }
    return trouble == Trouble.AGENT_DOWN
        ? Promise.refused("has not been heard of")
        : Promise.works();
  }

  private static Promise newKey(Kind kind, Trouble trouble) {
    if (trouble.withoutManager()) {
      return Promise.refused(NO_MANAGER);
    }
    if (kind == Kind.STANDARD && trouble.withoutKms()) {
      return Promise.refused(NO_KEY);
    }
    return trouble == Trouble.AGENT_DOWN
        ? Promise.refused("has not been heard of")
        : Promise.works();
  }
}
