package io.keymoor.host.vm;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * VMs that run here and whose leases other hosts hold, as happens when somebody said of a host that
 * it was fenced and it was not. Nothing is done about it: which of the two is right, only a person
 * can find out. Thread-safe.
 */
final class Rivals {
  private static final Logger LOG = LoggerFactory.getLogger(Rivals.class);

  private final ConcurrentMap<UUID, Rival> known = new ConcurrentHashMap<>();

  /**
   * A lease of another host's.
   *
   * @param place where it is
   * @param lease what it says
   */
  record Rival(LeasePlace place, Lease lease) {}

  /** All of them now. */
  Map<UUID, Rival> all() {
    return Map.copyOf(known);
  }

  /**
   * Takes note of the lease of a VM that is not this host's.
   *
   * @param lease absent when the VM does not run here
   * @param here this host's name
   */
  void judge(LeasePlace place, Optional<Lease> lease, String here) {
    if (lease.filter(Lease::held).isEmpty()) {
      remove(place.vm());
      return;
    }
    Rival rival = new Rival(place, lease.get());
    if (!rival.equals(known.put(place.vm(), rival))) {
      LOG.error("VM {}: {}", place.vm(), sentence(rival, here));
    }
  }

  void remove(UUID vm) {
    known.remove(vm);
  }

  /** What to say of a VM; absent when nobody else's lease is in the way. */
  Optional<String> of(UUID vm, String here) {
    return Optional.ofNullable(known.get(vm)).map(rival -> sentence(rival, here));
  }

  private static String sentence(Rival rival, String here) {
    String there = rival.lease().hostName();
    return "It runs on host "
        + here
        + ", and its lease on the shared storage says that since "
        + rival.lease().changed()
        + " it runs on host "
        + there
        + ": both may write to its disks. Find out which one is right and power the other off at"
        + " once: virsh destroy "
        + rival.lease().vm()
        + ". If it is off on host "
        + there
        + " for certain, have host "
        + here
        + " keep it, there: keymoor host adopt --fenced HOME";
  }
}
