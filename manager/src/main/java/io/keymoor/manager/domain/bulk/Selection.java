package io.keymoor.manager.domain.bulk;

import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.BulkItem;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.ObjectRef;
import io.keymoor.manager.domain.model.VmStanding;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.provider.catalog.ProviderCatalog;
import io.keymoor.provider.catalog.ProviderEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which objects a request means now: VMs first, hosts' own keys after them. */
final class Selection {
  private final Bulk.Request request;
  private final ProviderCatalog catalog;
  private final Map<UUID, Host> hosts;
  private final List<VmStanding> vms;
  private final List<BulkItem> items = new ArrayList<>();

  private Selection(Stores stores, Bulk.Request request) {
    this.request = request;
    this.catalog = stores.providers().catalog();
    this.hosts =
        stores.estate().hosts().stream().collect(Collectors.toMap(Host::id, Function.identity()));
    this.vms =
        request.vms().isEmpty() ? stores.vms().standings() : stores.vms().standings(request.vms());
  }

  /** The objects, in the order of work. */
  static List<BulkItem> of(Stores stores, Bulk.Request request) {
    Selection selection = new Selection(stores, request);
    switch (request.kind()) {
      case REKEY -> selection.addVmsToRekey();
      case CHANGE_PROVIDER -> {
        selection.addVmsToMove();
        selection.addHostsToMove();
      }
    }
    return selection.items;
  }

  private void addVmsToRekey() {
    Set<UUID> named = new HashSet<>(request.vms());
    for (VmStanding vm : vms) {
      if (inScope(vm.host()) && (vm.encrypted() || named.contains(vm.id()))) {
        add(vm);
      }
    }
  }

  private void add(VmStanding vm) {
    Optional<UUID> cluster = Optional.ofNullable(hosts.get(vm.host())).map(Host::clusterId);
    // Where there is none yet, there may be one when it is its turn.
    UUID to = target(request, catalog, vm, cluster).map(ProviderEntry::id).orElse(vm.id());
    items.add(BulkItem.waiting(items.size(), vm.ref(), vm.id(), vm.host(), to));
  }

  /** The one asked for, else the one that all of it is under, else the default where it is. */
  static Optional<ProviderEntry> target(
      Bulk.Request request, ProviderCatalog catalog, VmStanding vm, Optional<UUID> cluster) {
    if (request.provider().isPresent()) {
      return request.provider().flatMap(catalog::find);
    }
    if (vm.providers().size() == 1) {
      Optional<ProviderEntry> present = catalog.find(vm.providers().iterator().next());
      if (present.isPresent()) {
        return present;
      }
    }
    return catalog.defaultFor(cluster);
  }

  private void addVmsToMove() {
    UUID to = request.provider().orElseThrow();
    for (VmStanding vm : vms) {
      boolean elsewhere =
          request.from().map(vm.providers()::contains).orElseGet(() -> !vm.isUnder(to));
      if (vm.encrypted() && elsewhere && inScope(vm.host())) {
        items.add(BulkItem.waiting(items.size(), vm.ref(), vm.id(), vm.host(), to));
      }
    }
  }

  private void addHostsToMove() {
    UUID to = request.provider().orElseThrow();
    for (Host host : hosts.values()) {
      Optional<UUID> now = host.condition().hostKeyProvider();
      boolean elsewhere =
          now.isPresent()
              && !now.get().equals(to)
              && request.from().map(now.get()::equals).orElse(true);
      if (elsewhere && inScope(host.id())) {
        ObjectRef ref = host.ref();
        items.add(BulkItem.waiting(items.size(), ref, host.id(), host.id(), to));
      }
    }
  }

  private boolean inScope(UUID host) {
    Optional<UUID> cluster = Optional.ofNullable(hosts.get(host)).map(Host::clusterId);
    return request.cluster().isEmpty() || request.cluster().equals(cluster);
  }
}
