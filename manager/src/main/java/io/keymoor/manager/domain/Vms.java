package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.AuditEvent;
import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.InventoryVm;
import io.keymoor.manager.domain.model.Privilege;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.model.Vm;
import io.keymoor.manager.domain.model.VmStanding;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.catalog.ProviderEntry;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** The inventory of virtual machines (V1, V8, V10). Thread-safe. */
public final class Vms {
  private static final int HISTORY = 20;

  private final Transactions transactions;
  private final Audit audit;
  private final InstantSource clock;

  public Vms(Transactions transactions, Audit audit, InstantSource clock) {
    this.transactions = transactions;
    this.audit = audit;
    this.clock = clock;
  }

  /** A VM, the present names of its providers, and what was done to it, newest first. */
  public record VmView(InventoryVm vm, Map<UUID, String> providerNames, List<AuditEvent> history) {
    public VmView {
      providerNames = Map.copyOf(providerNames);
      history = List.copyOf(history);
    }
  }

  /**
   * Takes a libvirt domain into the inventory; nothing about it is changed.
   *
   * @param template whether other VMs are made of it, so that it does not start
   */
  public VmView register(Caller caller, String hostName, String domain, boolean template) {
    return audit.attempt(
        caller,
        Subject.named("vm.register", "vm", domain),
        () -> transactions.in(stores -> register(stores, caller, hostName, domain, template)));
  }

  private VmView register(
      Stores stores, Caller caller, String hostName, String domain, boolean template) {
    Host host = Estate.require(stores, hostName);
    InventoryVm found =
        stores.vms().on(host.id()).stream()
            .filter(InventoryVm::present)
            .filter(known ->
                known.vm().name().equals(domain) || known.vm().id().toString().equals(domain))
            .findFirst()
            .orElseThrow(() -> noSuchDomain(host, domain));
    if (found.vm().keyRecord().isPresent()) {
      // Registering takes over the keys that came with the domain (R3).
      caller.require(Privilege.ACCESS);
    }
    if (template) {
      requireOff(found.vm());
    }
    if (found.registered() || !stores.vms().register(host.id(), found.vm().id(), clock.instant())) {
      throw new Refusal.Conflict(
          "vm_already_registered",
          "The VM \""
              + found.vm().name()
              + "\" ("
              + found.vm().id()
              + ") is in the inventory already. Nothing was changed.");
    }
    stores.vms().template(found.vm().id(), template);
    audit.ok(
        stores,
        caller,
        Subject.of("vm.register").on(found.vm().ref()),
        (template ? "as a template on host " : "on host ") + host.name());
    return view(stores, new InventoryVm(found.vm(), host.name(), true, true, template), HISTORY);
  }

  /** Makes a VM a template, which does not start, or a VM again; its keys stay as they are. */
  public VmView template(Caller caller, String nameOrId, boolean template) {
    return audit.attempt(
        caller,
        Subject.named("vm.template", "vm", nameOrId),
        () ->
            transactions.in(stores -> {
              InventoryVm found = require(stores, nameOrId);
              stores.vms().lock(found.vm().id());
              if (template) {
                requireOff(found.vm());
                requireIdle(found, stores.tasks().openOf(found.vm().id()));
              }
              stores.vms().template(found.vm().id(), template);
              audit.ok(
                  stores,
                  caller,
                  Subject.of("vm.template").on(found.vm().ref()),
                  template ? "is a template" : "is a VM again");
              return view(stores, require(stores, nameOrId), HISTORY);
            }));
  }

  private static void requireOff(Vm vm) {
    if (!vm.power().equals("off")) {
      throw new Refusal.Conflict(
          "vm_running",
          "VM \""
              + vm.name()
              + "\" is not powered off, and a template does not run. Nothing was changed. Power it"
              + " off first: keymoor vm stop "
              + vm.name());
    }
  }

  /** Takes all libvirt domains of a host into the inventory that are not; answers how many. */
  public int registerAll(Caller caller, String hostName) {
    return audit.attempt(
        caller,
        Subject.named("vm.register", "host", hostName),
        () -> transactions.in(stores -> registerAll(stores, caller, hostName)));
  }

  private int registerAll(Stores stores, Caller caller, String hostName) {
    Host host = Estate.require(stores, hostName);
    List<InventoryVm> there = stores.vms().on(host.id());
    Set<UUID> taken =
        stores.vms().standings(there.stream().map(known -> known.vm().id()).toList()).stream()
            .map(VmStanding::id)
            .collect(Collectors.toSet());
    List<Vm> found =
        there.stream()
            .filter(known -> known.present() && !taken.contains(known.vm().id()))
            .map(InventoryVm::vm)
            .toList();
    if (found.stream().anyMatch(vm -> vm.keyRecord().isPresent())) {
      caller.require(Privilege.ACCESS);
    }
    stores.vms().register(host.id(), found.stream().map(Vm::id).toList(), clock.instant());
    String where = "on host " + host.name();
    stores
        .audit()
        .append(
            found.stream()
                .map(vm ->
                    audit.event(
                        caller.name(),
                        caller.address(),
                        Subject.of("vm.register").on(vm.ref()),
                        "ok",
                        where))
                .toList());
    return found.size();
  }

  private static Refusal.NotFound noSuchDomain(Host host, String domain) {
    String reason =
        host.lastSeen().isEmpty()
            ? "Host \"" + host.name() + "\" has never connected, so its domains are not known"
            : "libvirt on host \"" + host.name() + "\" has no domain \"" + domain + "\"";
    return new Refusal.NotFound(
        "domain_not_found",
        reason
            + ". Nothing was registered. See which there are with: keymoor host domains "
            + host.name());
  }

  /** Takes it out of the inventory; its files and keys stay as they are. */
  public void unregister(Caller caller, String nameOrId) {
    audit.attempt(
        caller,
        Subject.named("vm.unregister", "vm", nameOrId),
        () ->
            transactions.in(stores -> {
              InventoryVm found = require(stores, nameOrId);
              stores.vms().lock(found.vm().id());
              requireIdle(found, stores.tasks().openOf(found.vm().id()));
              stores.vms().unregister(found.vm().id());
              audit.ok(stores, caller, Subject.of("vm.unregister").on(found.vm().ref()), "");
              return true;
            }));
  }

  public List<VmView> list() {
    return transactions.in(stores ->
        stores.vms().all().stream()
            .filter(InventoryVm::registered)
            .map(vm -> view(stores, vm, 0))
            .toList());
  }

  public VmView show(String nameOrId) {
    return transactions.in(stores -> view(stores, require(stores, nameOrId), HISTORY));
  }

  private static VmView view(Stores stores, InventoryVm vm, int history) {
    Map<UUID, String> names =
        stores.providers().catalog().providers().stream()
            .collect(Collectors.toMap(ProviderEntry::id, entry -> entry.name().text()));
    List<AuditEvent> events =
        history == 0 ? List.of() : stores.audit().of("vm", vm.vm().id().toString(), history);
    return new VmView(vm, names, events);
  }

  /**
   * The registered VM with this name or id.
   *
   * @throws Refusal when there is none, or more than one
   */
  public static InventoryVm require(Stores stores, String nameOrId) {
    List<InventoryVm> found = stores.vms().registered(nameOrId);
    if (found.size() > 1) {
      throw new Refusal.Conflict(
          "vm_name_ambiguous",
          "There are "
              + found.size()
              + " VMs called \""
              + nameOrId
              + "\", on the hosts "
              + found.stream().map(InventoryVm::hostName).collect(Collectors.joining(", "))
              + ". Nothing was changed. Name it by its UUID.");
    }
    return Optional.of(found)
        .filter(list -> !list.isEmpty())
        .map(List::getFirst)
        .orElseThrow(() -> Refusal.NotFound.of("vm", nameOrId));
  }

  static void requireIdle(InventoryVm vm, Optional<UUID> task) {
    if (task.isPresent()) {
      throw new Refusal.Conflict(
          "vm_busy",
          "Task "
              + task.get()
              + " is at work on VM \""
              + vm.vm().name()
              + "\". Nothing was started. Watch it with: keymoor task watch "
              + task.get());
    }
  }
}
