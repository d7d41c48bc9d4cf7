package io.keymoor.systemtests.matrix;

import io.keymoor.systemtests.kms.Ways;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * For each fault that keeps no key from the hosts, a provider of its own over the same KMS, with
 * ways of its own to its nodes and one VM: so one restart of the host tries all of them. Not
 * thread-safe.
 */
final class Sidelines {
  private final Bench bench;
  private final Map<Fault, Ways> ways = new EnumMap<>(Fault.class);

  Sidelines(Bench bench) {
    this.bench = bench;
  }

  /** The VM under the provider that has this wrong. */
  static String vm(Fault fault) {
    return "under-" + provider(fault);
  }

  private static String provider(Fault fault) {
    return Bench.PROVIDER + "-" + fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Makes providers and VMs, and then has the faults begin. */
  void begin() {
    for (Fault fault : Fault.values()) {
      if (fault.reach() == Fault.Reach.NO_KEY) {
        Ways own = bench.kms().otherWays();
        ways.put(fault, own);
        bench.connect(provider(fault), own);
        bench.vms().make(vm(fault), 1);
        bench.succeed("vm", "encrypt", vm(fault), "--provider", provider(fault));
      }
    }
    ways.forEach(bench::begin);
  }
}
