package io.keymoor.systemtests.matrix;

import io.keymoor.systemtests.testing.CommandLineUser.Answer;
import java.util.List;
import java.util.Optional;

/**
 * A host that was restarted, once for all faults. When it comes back, no key of the provider can be
 * had: faults that keep all keys from it follow one another, and after them those of one key, each
 * on a VM of its own. Faults that keep no key from it are each another provider's. Not thread-safe.
 */
final class ColdHost {
  /** The faults in the order in which they are tried, which lets them share a restart. */
  static final List<Fault> ORDER =
      List.of(
          Fault.SLOW,
          Fault.NODE_DOWN,
          Fault.ANSWER_CUT,
          Fault.ALL_DOWN,
          Fault.WRONG_TRUST,
          Fault.EXPIRED,
          Fault.LOCKED_OUT,
          Fault.KEY_MISSING,
          Fault.KEY_DEACTIVATED,
          Fault.KEY_COMPROMISED,
          Fault.KEY_DESTROYED);

  private static final String DELTA = "delta";

  private final Bench bench;
  private final Sidelines sidelines;
  private Optional<Fault.Reach> before = Optional.empty();

  ColdHost(Bench bench) {
    this.bench = bench;
    this.sidelines = new Sidelines(bench);
  }

  /** The VM that is started under this fault: each has its own, but those that unlock none. */
  static String vm(Fault fault) {
    return switch (fault) {
      case KEY_MISSING -> Bench.ALPHA;
      case KEY_COMPROMISED -> Bench.GAMMA;
      case KEY_DESTROYED -> DELTA;
      case ALL_DOWN, WRONG_TRUST, EXPIRED, LOCKED_OUT, KEY_DEACTIVATED -> Bench.BETA;
      case NODE_DOWN, SLOW, ANSWER_CUT -> Sidelines.vm(fault);
    };
  }

  /** Has this wrong from now on. */
  void suffer(Fault fault) {
    if (before.isEmpty()) {
      restart();
    }
    switch (fault.reach()) {
      case NO_KEY -> {}
      case ALL_KEYS -> bench.turnInto(fault);
      case ONE_KEY -> {
        if (!before.equals(Optional.of(Fault.Reach.ONE_KEY))) {
          bench.mend();
          bench.lab().scene().expect().unlocked(Bench.BETA);
        }
        if (fault != Fault.KEY_MISSING) {
          // It unlocks by itself, while the rest is tried.
          bench.findLostKeys();
        }
      }
    }
    before = Optional.of(fault.reach());
  }

  /** Has all of it go wrong, the KMS last, and the host restart. */
  private void restart() {
    bench.repair();
    bench.succeed("vm", "encrypt", Bench.GAMMA, "--provider", Bench.PROVIDER);
    bench.vms().make(DELTA, 1);
    bench.succeed("vm", "encrypt", DELTA, "--provider", Bench.PROVIDER);
    sidelines.begin();
    ORDER.stream()
        .filter(fault -> fault.reach() == Fault.Reach.ONE_KEY)
        .forEach(fault -> bench.afflict(fault, vm(fault)));
    bench.turnInto(Fault.ALL_DOWN);
    bench.lab().scene().restartHost();
  }

  /** Starts the VM on the host as it is after a restart under this fault. */
  Answer start(Fault fault) {
    if (fault.reach() == Fault.Reach.ALL_KEYS) {
      // The manager asks the KMS again by itself too, but not before a while.
      var _ = bench.types("vm", "unlock", vm(fault));
    }
    return bench.types("vm", "start", vm(fault));
  }
}
