package io.keymoor.systemtests.matrix;

import io.keymoor.systemtests.testing.CommandLineUser.Answer;
import java.util.List;
import java.util.Optional;

/**
 * A host that was restarted and has lost its keys. Faults that keep all keys from it, and those of
 * one key, share a restart: with one for each the matrix would do little else. Not thread-safe.
 */
final class ColdHost {
  /** The faults in the order in which they are tried, which lets them share. */
  static final List<Fault> ORDER =
      List.of(
          Fault.ALL_DOWN,
          Fault.WRONG_TRUST,
          Fault.EXPIRED,
          Fault.LOCKED_OUT,
          Fault.KEY_MISSING,
          Fault.KEY_DEACTIVATED,
          Fault.KEY_COMPROMISED,
          Fault.KEY_DESTROYED,
          Fault.NODE_DOWN,
          Fault.SLOW,
          Fault.ANSWER_CUT);

  private static final String DELTA = "delta";

  private final Bench bench;
  private Optional<Fault> before = Optional.empty();
  private boolean restarted;

  ColdHost(Bench bench) {
    this.bench = bench;
  }

  /** The VM that is started under this fault: each key fault has its own. */
  static String vm(Fault fault) {
    return switch (fault) {
      case KEY_MISSING -> Bench.ALPHA;
      case KEY_COMPROMISED -> Bench.GAMMA;
      case KEY_DESTROYED -> DELTA;
      case NODE_DOWN, ALL_DOWN, WRONG_TRUST, EXPIRED, LOCKED_OUT, SLOW, ANSWER_CUT -> Bench.BETA;
      case KEY_DEACTIVATED -> Bench.BETA;
    };
  }

  /** Has this wrong from now on. */
  void suffer(Fault fault) {
    switch (fault.reach()) {
      case ALL_KEYS -> {
        afflictKeys();
        bench.turnInto(fault);
      }
      case ONE_KEY -> {
        afflictKeys();
        if (before.filter(last -> last.reach() == Fault.Reach.ALL_KEYS).isPresent()) {
          bench.mend();
          bench.lab().scene().expect().unlocked(Bench.BETA);
        }
        if (fault != Fault.KEY_MISSING) {
          // It unlocks by itself, while the rest is tried.
          bench.findLostKeys();
        }
        bench.turnInto(fault);
      }
      case NO_KEY -> {
        restarted = false;
        bench.suffer(fault);
      }
    }
    before = Optional.of(fault);
  }

  /** All key faults, each on its own VM, while the KMS is well. */
  private void afflictKeys() {
    if (before.isPresent()) {
      return;
    }
    bench.repair();
    bench.succeed("vm", "encrypt", Bench.GAMMA, "--provider", Bench.PROVIDER);
    bench.vms().make(DELTA, 1);
    bench.succeed("vm", "encrypt", DELTA, "--provider", Bench.PROVIDER);
    ORDER.stream()
        .filter(fault -> fault.reach() == Fault.Reach.ONE_KEY)
        .forEach(fault -> bench.afflict(fault, vm(fault)));
  }

  /** Starts the VM on the host as it is after a restart under this fault. */
  Answer start(Fault fault) {
    if (!restarted) {
      bench.lab().scene().restartHost();
      restarted = true;
    } else if (fault.reach() == Fault.Reach.ALL_KEYS) {
      // The manager asks the KMS again by itself too, but not before a while.
      var _ = bench.types("vm", "unlock", vm(fault));
    }
    return bench.types("vm", "start", vm(fault));
  }

  /** Gives up a VM whose key is gone for good. */
  void giveUp(Fault fault) {
    bench.vms().remove(vm(fault));
  }
}
