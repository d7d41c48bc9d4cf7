package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.InventoryVm;
import io.keymoor.manager.domain.model.Privilege;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.model.Rewriting;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.model.Vm;
import io.keymoor.manager.domain.model.VmWork;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.catalog.ProviderCatalog;
import io.keymoor.provider.catalog.ProviderEntry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Plans work on a VM: checks what the manager can check, chooses the key id, audits it before it is
 * used, and stores the task, all in one transaction. A key of a standard provider is had from its
 * KMS between the check and that transaction: when there is none, nothing was begun. What only the
 * host can know fails the task later. Every method answers the task's id. Thread-safe.
 */
public final class VmOperations {
  private final Transactions transactions;
  private final Audit audit;
  private final StandardKeys standardKeys;
  private final Bell hostNews;
  private final InstantSource clock;

  public VmOperations(
      Transactions transactions,
      Audit audit,
      StandardKeys standardKeys,
      Bell hostNews,
      InstantSource clock) {
    this.transactions = transactions;
    this.audit = audit;
    this.standardKeys = standardKeys;
    this.hostNews = hostNews;
    this.clock = clock;
  }

  private record Target(Stores stores, Vm vm, Host host, boolean template) {}

  /** What is to be done, under a key that may have to be had first. */
  private sealed interface Plan {
    /** Work that needs no new key. */
    record Keyless(VmWork work) implements Plan {}

    /** Work under a key of a provider: a new one, unless there is one that it may share. */
    record Keyed(ProviderEntry provider, Optional<KeyId> shared, Function<KeyId, VmWork> work)
        implements Plan {}
  }

  /** How far one transaction came. */
  private sealed interface Step {
    /** The task is stored. */
    record Stored(UUID task, UUID cluster) implements Step {}

    /** All is in order but the key, which a KMS has to make. */
    record KeyWanted(ProviderEntry provider, Vm vm) implements Step {}
  }

  /** A key that was had for one provider. */
  private record Had(UUID provider, KeyId key) {}

  @FunctionalInterface
  private interface Planning {
    Plan plan(Target target);
  }

  public UUID encrypt(
      Caller caller, String vm, Optional<String> provider, List<String> parts, Rewriting how) {
    return submit(
        caller,
        "vm.encrypt",
        vm,
        target -> {
          requireParts(target.vm(), parts);
          ProviderEntry entry = chosen(target, provider);
          return new Plan.Keyed(
              entry,
              shared(target.vm(), entry),
              key -> new VmWork.Encrypt(parts, entry.id(), key, how));
        });
  }

  public UUID decrypt(Caller caller, String vm, List<String> parts, Rewriting how) {
    return submit(
        caller,
        "vm.decrypt",
        vm,
        target -> {
          requireParts(target.vm(), parts);
          requireEncrypted(target.vm());
          return new Plan.Keyless(new VmWork.Decrypt(parts, how));
        });
  }

  /** Shallow rekey, under the named provider or else the one the VM is under. */
  public UUID rekey(Caller caller, String vm, Optional<String> provider) {
    return rekey(caller, "vm.rekey", vm, provider, VmWork.Rekey::new);
  }

  /** Deep rekey, under the named provider or else the one the VM is under. */
  public UUID rekeyDeeply(Caller caller, String vm, Optional<String> provider, Rewriting how) {
    return rekey(
        caller,
        "vm.rekey_deep",
        vm,
        provider,
        (entry, key) -> new VmWork.DeepRekey(entry, key, how));
  }

  private UUID rekey(
      Caller caller,
      String action,
      String vm,
      Optional<String> provider,
      BiFunction<UUID, KeyId, VmWork> work) {
    return submit(
        caller,
        action,
        vm,
        target -> {
          requireEncrypted(target.vm());
          ProviderEntry entry = chosen(target, provider.or(() -> present(target)));
          return new Plan.Keyed(entry, Optional.empty(), key -> work.apply(entry.id(), key));
        });
  }

  public UUID start(Caller caller, String vm) {
    return submit(
        caller,
        "vm.start",
        vm,
        target -> {
          if (target.template()) {
            throw new Refusal.Conflict(
                "vm_is_template",
                "\""
                    + target.vm().name()
                    + "\" is a template, which does not start. Nothing was started. Make it a VM"
                    + " again with: keymoor vm template "
                    + target.vm().name()
                    + " --off");
          }
          return new Plan.Keyless(new VmWork.Start());
        });
  }

  public UUID stop(Caller caller, String vm, boolean force) {
    return submit(caller, "vm.stop", vm, target -> new Plan.Keyless(new VmWork.Stop(force)));
  }

  /** Moves the running VM to the named host of its cluster. */
  public UUID migrate(Caller caller, String vm, String to) {
    return submit(
        caller,
        "vm.migrate",
        vm,
        target ->
            new Plan.Keyless(MigrationPlan.plan(target.stores(), target.vm(), target.host(), to)));
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
          return new Plan.Keyless(new VmWork.Unlock(acceptOlderRecord));
        });
  }

  public UUID addTpm(Caller caller, String vm, Optional<String> provider) {
    return submit(
        caller,
        "vm.tpm_add",
        vm,
        target -> {
          ProviderEntry entry = chosen(target, provider.or(() -> present(target)));
          return new Plan.Keyed(
              entry, shared(target.vm(), entry), key -> new VmWork.AddVtpm(entry.id(), key));
        });
  }

  public UUID removeTpm(Caller caller, String vm) {
    return submit(caller, "vm.tpm_remove", vm, target -> new Plan.Keyless(new VmWork.RemoveVtpm()));
  }

  private UUID submit(Caller caller, String action, String nameOrId, Planning planning) {
    Step.Stored stored =
        audit.attempt(
            caller,
            Subject.named(action, "vm", nameOrId),
            () -> {
              Optional<Had> had = Optional.empty();
              while (true) {
                Optional<Had> key = had;
                Step step =
                    transactions.in(
                        stores -> step(stores, caller, action, nameOrId, planning, key));
                switch (step) {
                  case Step.Stored done -> {
                    return done;
                  }
                  case Step.KeyWanted wanted -> had = Optional.of(keyFor(wanted, key));
                }
              }
            });
    hostNews.in(stored.cluster()).ring();
    return stored.task();
  }

  private Had keyFor(Step.KeyWanted wanted, Optional<Had> before) {
    if (before.isPresent()) {
      throw new Refusal.Conflict(
          "provider_changed",
          "While a key was had for VM \""
              + wanted.vm().name()
              + "\", its key provider became another one. Nothing was started. Try again.");
    }
    KeyPurpose purpose =
        new KeyPurpose(KeyPurpose.Kind.VIRTUAL_MACHINE, wanted.vm().id(), wanted.vm().name());
    UUID provider = wanted.provider().id();
    return new Had(provider, standardKeys.issue(provider, purpose));
  }

  /** Checks everything, and stores the task when nothing is missing for it. */
  private Step step(
      Stores stores,
      Caller caller,
      String action,
      String nameOrId,
      Planning planning,
      Optional<Had> had) {
    InventoryVm found = Vms.require(stores, nameOrId);
    Vm vm = found.vm();
    stores.vms().lock(vm.id());
    Target target = target(stores, found);
    UUID cluster = target.host().clusterId();
    return switch (planning.plan(target)) {
      case Plan.Keyless plan -> {
        requireIdle(stores, found, plan.work());
        Subject subject = Subject.of(action).on(vm.ref());
        yield new Step.Stored(store(stores, caller, subject, vm, plan.work()), cluster);
      }
      case Plan.Keyed plan -> {
        ProviderEntry entry = plan.provider();
        Optional<KeyId> key =
            switch (entry.kind()) {
              case ProviderEntry.Native _ -> Optional.of(plan.shared().orElseGet(KeyId::random));
              case ProviderEntry.Standard _ ->
                  had.filter(it -> it.provider().equals(entry.id())).map(Had::key).or(plan::shared);
            };
        VmWork work = plan.work().apply(key.orElseGet(KeyId::random));
        requireIdle(stores, found, work);
        if (key.isEmpty()) {
          yield new Step.KeyWanted(entry, vm);
        }
        Subject subject = Subject.of(action).on(vm.ref()).with(entry).with(key.get());
        yield new Step.Stored(store(stores, caller, subject, vm, work), cluster);
      }
    };
  }

  private static void requireIdle(Stores stores, InventoryVm vm, VmWork work) {
    if (work.changesKeys()) {
      stores.tasks().lockNewTasks();
      Vms.requireIdle(vm, stores.tasks().changingKeysOf(vm.vm().id()));
    } else {
      Pausing.requireNonePaused(stores, vm);
    }
  }

  private UUID store(Stores stores, Caller caller, Subject subject, Vm vm, VmWork work) {
    Instant now = clock.instant();
    Task task =
        new Task(
            UUID.randomUUID(),
            1,
            vm.id(),
            vm.name(),
            vm.host(),
            work,
            caller.name(),
            caller.address(),
            Task.State.QUEUED,
            Task.Progress.NONE,
            false,
            Optional.empty(),
            Optional.empty(),
            new Task.Times(now, Optional.empty(), Optional.empty(), Optional.empty()));
    stores.tasks().insert(task);
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
    return new Target(stores, found.vm(), host, found.template());
  }

  private static ProviderEntry chosen(Target target, Optional<String> named) {
    ProviderCatalog catalog = target.stores().providers().catalog();
    ProviderEntry entry = catalog.forUse(named, Optional.of(target.host().clusterId()));
    if (target.host().lastSeen().isPresent()) {
      target
          .host()
          .withheld(entry)
          .ifPresent(withheld -> {
            throw withheld.refusal();
          });
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

  /** A key that the VM's other parts have from the provider: one serves all of them (R8). */
  private static Optional<KeyId> shared(Vm vm, ProviderEntry entry) {
    return vm.parts().stream()
        .filter(part -> part.provider().filter(entry.id()::equals).isPresent())
        .flatMap(part -> part.keyId().stream())
        .map(KeyId::new)
        .findFirst();
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
