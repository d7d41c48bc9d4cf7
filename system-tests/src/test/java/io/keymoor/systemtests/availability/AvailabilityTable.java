package io.keymoor.systemtests.availability;

/**
 * What users are promised for every trouble, deed and type of provider: rules rather than cells,
 * because few rules make the table.
 */
final class AvailabilityTable {
  /** What one reads of a VM whose host lacks its keys. */
  static final String LOCKED = "is locked";

  /** What one reads where a task never came to its host. */
  static final String UNHEARD = "has not been heard of";

  private static final String NO_MANAGER = "The manager can't be reached";
  private static final String NO_KEY = "No key could be had from key provider";
  private static final String NO_AGENT = "agent does not run on this host";

  private AvailabilityTable() {}

  static Promise of(Kind kind, Trouble trouble, Deed deed) {
    return switch (deed) {
      case RUN -> trouble.hostRestarted() ? Promise.off("does not run") : Promise.works();
      case RESET -> trouble.hostRestarted() ? Promise.off("not running") : Promise.works();
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
      return Promise.off("only running VMs are migrated");
    }
    if (trouble == Trouble.CUT_HOSTS) {
      return Promise.refused("runs on where it was");
    }
    return trouble.hostUnheard() ? Promise.refused(UNHEARD) : Promise.works();
  }

  private static Promise newKey(Kind kind, Trouble trouble) {
    if (trouble.withoutManager()) {
      return Promise.refused(NO_MANAGER);
    }
    if (kind == Kind.STANDARD && trouble.withoutKms()) {
      return Promise.refused(NO_KEY);
    }
    return trouble.hostUnheard() ? Promise.refused(UNHEARD) : Promise.works();
  }
}
