package io.keymoor.systemtests.matrix;

/** One fault and one action. */
record Cell(Fault fault, Action action) {
  /** The VM that the action is about, or whose key the fault is about. */
  String vm() {
    return switch (action) {
      case START_CACHED, CHECK, ENCRYPT, REKEY, REKEY_ALL -> Bench.ALPHA;
      case ENCRYPT_DISK -> Bench.BETA;
      case START_AFTER_RESTART -> ColdHost.vm(fault);
    };
  }

  @Override
  public String toString() {
    return fault.title() + ": " + action.title();
  }
}
