package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.InventoryVm;
import io.keymoor.manager.domain.model.Privilege;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.model.Vm;
import io.keymoor.manager.domain.model.VmWork;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.catalog.ProviderCatalog;
import io.keymoor.provider.catalog.ProviderEntry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Plans work on a VM: checks what the manager can check, chooses the key id, audits it before it is
 * used, and stores the task, all in one transaction. What only the host can know fails the task
 * later. Every method answers the task's id. Thread-safe.
 */
public final class VmOperations {
  private final Transactions transactions;
  private final Audit audit;
  private final Bell hostNews;
  private final InstantSource clock;

  public VmOperations(Transactions transactions, Audit audit, Bell hostNews, InstantSource clock) {
    this.transactions = transactions;
    this.audit = audit;
    this.hostNews = hostNews;
    this.clock = clock;
  }

  private record Target(Stores stores, Vm vm, Host host) {}

  private record Plan(VmWork work, Optional<ProviderEntry> provider, Optional<KeyId> key) {
    static Plan of(VmWork work) {
      return new Plan(work, Optional.empty(), Optional.empty());
    }
  }

  @FunctionalInterface
  private interface Planning {
    Plan plan(Target target);
  }

  public UUID encrypt(Caller caller, String vm, Optional<String> provider, List<String> parts) {
    return submit(
        caller,
        "vm.encrypt",
        vm,
        target -> {
          requireParts(target.vm(), parts);
          ProviderEntry entry = chosen(target, provider);
          KeyId key = KeyId.random();
          return new Plan(
              new VmWork.Encrypt(parts, entry.id(), key), Optional.of(entry), Optional.of(key));
        });
  }

  public UUID decrypt(Caller caller, String vm, List<String> parts) {
    return submit(
        caller,
        "vm.decrypt",
        vm,
        target -> {
          requireParts(target.vm(), parts);
          requireEncrypted(target.vm());
          return Plan.of(new VmWork.Decrypt(parts));
        });
  }

  /** Shallow rekey, under the named provider or else the one the VM is under. */
  public UUID rekey(Caller caller, String vm, Optional<String> provider, boolean deep) {
    return submit(
        caller,
        "vm.rekey",
        vm,
        target -> {
          if (deep) {
            throw new Refusal.Invalid(
                "deep_rekey_unsupported",
                "This version rekeys without touching disk data only. Nothing was changed. Decrypt"
                    + " the VM and encrypt it again to rewrite its data under new keys.");
          }
          requireEncrypted(target.vm());
          ProviderEntry entry = chosen(target, provider.or(() -> present(target)));
          KeyId key = KeyId.random();
          return new Plan(new VmWork.Rekey(entry.id(), key), Optional.of(entry), Optional.of(key));
        });
  }

  public UUID start(Caller caller, String vm) {
    return submit(caller, "vm.start", vm, target -> Plan.of(new VmWork.Start()));
  }

  public UUID stop(Caller caller, String vm, boolean force) {
    return submit(caller, "vm.stop", vm, target -> Plan.of(new VmWork.Stop(force)));
  }

  /** Accepting an older record than the last one seen needs the Access privilege. */
  public UUID unlock(Caller caller, String vm, boolean acceptOlderRecord) {
    return submit(
        caller,
        "vm.unlock",
        vm,
        target -> {
          if (acceptOlderRecord) {
            caller.require(Privilege.ACCESS);
          }
          return Plan.of(new VmWork.Unlock(acceptOlderRecord));
        });
  }

  public UUID addTpm(Caller caller, String vm, Optional<String> provider) {
    return submit(
        caller,
        "vm.tpm_add",
        vm,
        target -> {
          ProviderEntry entry = chosen(target, provider.or(() -> present(target)));
          KeyId key = KeyId.random();
          return new Plan(
              new VmWork.AddVtpm(entry.id(), key), Optional.of(entry), Optional.of(key));
        });
  }

  public UUID removeTpm(Caller caller, String vm) {
    return submit(caller, "vm.tpm_remove", vm, target -> Plan.of(new VmWork.RemoveVtpm()));
  }

  private UUID submit(Caller caller, String action, String nameOrId, Planning planning) {
    UUID task =
        audit.attempt(
            caller,
            Subject.named(action, "vm", nameOrId),
            () ->
                transactions.in(stores -> {
                  InventoryVm found = Vms.require(stores, nameOrId);
                  stores.vms().lock(found.vm().id());
                  Plan plan = planning.plan(target(stores, found));
                  if (plan.work().changesKeys()) {
                    Vms.requireIdle(found, stores.tasks().changingKeysOf(found.vm().id()));
                  }
                  return store(stores, caller, action, found.vm(), plan);
                }));
    hostNews.ring();
    return task;
  }

  private UUID store(Stores stores, Caller caller, String action, Vm vm, Plan plan) {
    Instant now = clock.instant();
    Task task =
        new Task(
            UUID.randomUUID(),
            1,
            vm.id(),
            vm.name(),
            vm.host(),
            plan.work(),
            caller.name(),
            caller.address(),
            Task.State.QUEUED,
            Task.Progress.NONE,
            false,
            Optional.empty(),
            new Task.Times(now, Optional.empty(), Optional.empty(), Optional.empty()));
    stores.tasks().insert(task);
    Subject subject =
        new Subject(
            action,
            Optional.of(vm.ref()),
            plan.provider().map(entry -> entry.name().text()),
            plan.key().map(KeyId::text));
    audit.write(stores, caller.name(), caller.address(), subject, "started", "task " + task.id());
    return task.id();
  }

  private static Target target(Stores stores, InventoryVm found) {
    Host host =
        stores
            .estate()
            .host(found.vm().host())
            .orElseThrow(() -> Refusal.NotFound.of("host", found.hostName()));
    if (!found.present()) {
      throw new Refusal.Conflict(
          "vm_not_on_host",
          "libvirt on host \""
              + host.name()
              + "\" does not have the VM \""
              + found.vm().name()
              + "\" any more. Nothing was started. Bring it back there, or unregister it: keymoor vm"
              + " unregister "
              + found.vm().name());
    }
    return new Target(stores, found.vm(), host);
  }

  private static ProviderEntry chosen(Target target, Optional<String> named) {
    ProviderCatalog catalog = target.stores().providers().catalog();
    ProviderEntry entry = catalog.forUse(named, Optional.of(target.host().clusterId()));
    if (entry.tpmRequired()
        && target.host().lastSeen().isPresent()
        && !target.host().facts().tpm()) {
      throw new ProviderException.TpmRequired(entry.name());
    }
    return entry;
  }

  /** The one provider that all encrypted parts are under, when the manager has it. */
  private static Optional<String> present(Target target) {
    var providers = target.vm().providers();
    return providers.size() == 1
        ? target
            .stores()
            .providers()
            .catalog()
            .find(providers.iterator().next())
            .map(entry -> entry.id().toString())
        : Optional.empty();
  }

  private static void requireEncrypted(Vm vm) {
    if (vm.encryption().equals("none")) {
      throw new Refusal.Conflict(
          "vm_not_encrypted",
          "Nothing of VM \"" + vm.name() + "\" is encrypted. Nothing was changed.");
    }
  }

  private static void requireParts(Vm vm, List<String> parts) {
    for (String part : parts) {
      if (vm.parts().stream().noneMatch(known -> known.part().equals(part))) {
        throw new Refusal.Invalid(
            "part_unknown",
            "VM \""
                + vm.name()
                + "\" has no part \""
                + part
                + "\". Nothing was changed. Its parts are: "
                + String.join(", ", vm.parts().stream().map(p -> p.part()).toList()));
      }
    }
  }
}
