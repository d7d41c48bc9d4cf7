package io.keymoor.manager.domain.overview;

import io.keymoor.manager.domain.ProviderViews;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.InventoryVm;
import io.keymoor.manager.domain.model.ObjectRef;
import io.keymoor.manager.domain.model.VmConcern;
import io.keymoor.manager.domain.model.VmStanding;
import io.keymoor.manager.domain.overview.Alarm.Severity;
import io.keymoor.manager.domain.port.Stores;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** What is wrong with VMs. */
final class VmAlarms {
  private final Stores stores;
  private final Set<UUID> responding;
  private final List<Alarm> alarms = new ArrayList<>();
  private final Set<UUID> twice = new HashSet<>();

  private VmAlarms(Stores stores, Set<UUID> responding) {
    this.stores = stores;
    this.responding = responding;
  }

  static List<Alarm> in(Stores stores, ProviderViews views, List<Host> hosts) {
    Set<UUID> responding =
        hosts.stream().filter(views::responds).map(Host::id).collect(Collectors.toSet());
    VmAlarms found = new VmAlarms(stores, responding);
    stores.vms().concerned().forEach(found::concerns);
    found.runningTwice();
    stores.vms().standings().forEach(found::locked);
    return found.alarms;
  }

  private void concerns(InventoryVm known) {
    for (VmConcern concern : known.vm().concerns()) {
      switch (concern.kind()) {
        case RUNS_TWICE -> {
          twice.add(known.vm().id());
          add(Severity.ERROR, "vm_runs_twice", known.vm().ref(), concern.sentence());
        }
        case IN_CLEAR ->
            add(
                Severity.WARNING,
                "vm_in_clear",
                known.vm().ref(),
                "On host " + known.hostName() + ": " + concern.sentence());
      }
    }
  }

  /**
   * Also where a host can't read the lease. The last word of a host that is silent does not count:
   * its VMs may have been started elsewhere, rightly. A VM that migrates is on two hosts' lists for
   * a moment.
   */
  private void runningTwice() {
    Map<UUID, List<InventoryVm>> byVm = new LinkedHashMap<>();
    for (InventoryVm known : stores.vms().runningTwice()) {
      if (responding.contains(known.vm().host()) && !twice.contains(known.vm().id())) {
        byVm.computeIfAbsent(known.vm().id(), _ -> new ArrayList<>()).add(known);
      }
    }
    byVm.forEach((id, places) -> {
      if (places.size() > 1 && stores.tasks().openOf(id).isEmpty()) {
        add(
            Severity.ERROR,
            "vm_runs_twice",
            places.getFirst().vm().ref(),
            "The hosts "
                + places.stream().map(InventoryVm::hostName).collect(Collectors.joining(" and "))
                + " both report that it runs, and both may write to its disks. Find out which one"
                + " is right and power the other off at once, on its host: virsh destroy "
                + id);
      }
    });
  }

  private void locked(VmStanding vm) {
    vm.lockedReason().ifPresent(reason -> add(Severity.ERROR, "vm_locked", vm.ref(), reason));
  }

  private void add(Severity severity, String code, ObjectRef vm, String sentence) {
    alarms.add(new Alarm(severity, code, vm, sentence));
  }
}
