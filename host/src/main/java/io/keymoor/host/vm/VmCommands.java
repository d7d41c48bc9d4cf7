package io.keymoor.host.vm;

import io.keymoor.disk.DiskException;
import io.keymoor.host.command.CommandControl;
import io.keymoor.host.command.CommandExecutor;
import io.keymoor.host.operation.DamagedEntry;
import io.keymoor.host.operation.Operation;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.VmReport;
import io.keymoor.provider.ProviderException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Executes the manager's commands on the VMs of this host.
 *
 * <p>Guarantee: a command that failed or was cancelled left the VM as its sentence says, usually as
 * it was; one that succeeded is durable. A command executed again after it was cut short, or after
 * it succeeded, ends the same way. One change of a VM at a time; thread-safe.
 */
public final class VmCommands implements CommandExecutor {
  private final VmTools tools;
  private final BusyVms busy;
  private final Settlement settlement;
  private final VmReports reports;
  private final PowerControl power;
  private final SecretsForStart secrets;
  private final Migration migration;
  private final Adoption adoption;
  private final Runnable changed;

  VmCommands(
      VmTools tools,
      BusyVms busy,
      SecretsForStart secrets,
      Neighbourhood neighbourhood,
      Runnable changed) {
    this.tools = tools;
    this.busy = busy;
    this.settlement = new Settlement(tools);
    this.reports = new VmReports(tools, neighbourhood.leases());
    this.power = new PowerControl(tools, secrets);
    this.secrets = secrets;
    this.migration = new Migration(tools, neighbourhood);
    this.adoption = new Adoption(tools, neighbourhood);
    this.changed = changed;
  }

  @Override
  public CommandOutcome execute(HostCommand command, CommandControl control) {
    CommandOutcome outcome = outcome(command, HeldBack.to(bytesPerSecond(command), control));
    changed.run();
    return outcome;
  }

  private static long bytesPerSecond(HostCommand command) {
    return switch (command) {
      case HostCommand.EncryptVm encrypt -> encrypt.how().bytesPerSecond();
      case HostCommand.DecryptVm decrypt -> decrypt.how().bytesPerSecond();
      case HostCommand.DeepRekeyVm rekey -> rekey.how().bytesPerSecond();
      case HostCommand.RekeyVm _,
          HostCommand.RekeyHost _,
          HostCommand.UnlockVm _,
          HostCommand.AddVtpm _,
          HostCommand.RemoveVtpm _,
          HostCommand.StartVm _,
          HostCommand.StopVm _,
          HostCommand.MigrateVm _,
          HostCommand.AdoptVm _ ->
          0;
    };
  }

  private CommandOutcome outcome(HostCommand command, CommandControl control) {
    try {
      Result result = run(command, control);
      return new CommandOutcome.Succeeded(
          command.id(), result.summary(), result.warnings(), report(command.vm()));
    } catch (VmException e) {
      String sentence = String.valueOf(e.getMessage());
      return e.code().equals("cancelled")
          ? new CommandOutcome.Cancelled(command.id(), sentence, report(command.vm()))
          : failed(command, e.code(), sentence);
    } catch (DiskException e) {
      return failed(command, e.code(), String.valueOf(e.getMessage()));
    } catch (ProviderException e) {
      return failed(command, e.code(), String.valueOf(e.getMessage()));
    } catch (HypervisorException e) {
      return failed(command, e.code(), String.valueOf(e.getMessage()));
    } catch (DamagedEntry e) {
      return failed(command, "journal_entry_damaged", e.sentence());
    } catch (UncheckedIOException e) {
      return failed(
          command,
          "host_storage_failed",
          "The host's storage failed: "
              + RecordCopies.reasonOf(e)
              + ". The VM is as it was. Check the file system and try again.");
    }
  }

  private Result run(HostCommand command, CommandControl control) {
    return switch (command) {
      case HostCommand.StartVm start -> power.start(start);
      case HostCommand.StopVm stop -> power.stop(stop, control);
      case HostCommand.EncryptVm encrypt ->
          change(command, control, () -> encrypt(encrypt, control));
      case HostCommand.DecryptVm decrypt ->
          change(command, control, () -> new Decryption(tools).decrypt(decrypt, control));
      case HostCommand.RekeyVm rekey ->
          change(command, control, () -> new Rekeying(tools).rekey(rekey, control));
      case HostCommand.DeepRekeyVm rekey ->
          change(command, control, () -> new DeepRekeying(tools).rekey(rekey, control));
      case HostCommand.RekeyHost _ ->
          throw new IllegalStateException("a command about the host was taken for a VM's");
      case HostCommand.UnlockVm unlock ->
          change(command, control, () -> new Unlocking(tools).unlock(unlock));
      case HostCommand.AddVtpm add ->
          change(command, control, () -> new Encryption(tools).addVtpm(add, control));
      case HostCommand.RemoveVtpm remove ->
          change(command, control, () -> new Decryption(tools).removeVtpm(remove, control));
      case HostCommand.MigrateVm migrate -> {
        Optional<Result> done = migration.alreadyDone(migrate);
        yield done.isPresent()
            ? done.get()
            : change(command, control, () -> migration.migrate(migrate, control));
      }
      case HostCommand.AdoptVm adopt -> adopt(adopt);
    };
  }

  private Result adopt(HostCommand.AdoptVm command) {
    try (BusyVms.Claim _ = busy.claim(command.vm(), command.vm().toString(), false)) {
      return adoption.adopt(command);
    }
  }

  /** One that runs goes on running, encrypted, where no encrypted VM might start (R10). */
  private Result encrypt(HostCommand.EncryptVm command, CommandControl control) {
    Domain domain = tools.domain(command.vm());
    if (domain.active()) {
      secrets.requireSafeMemory(domain.name());
    }
    return new Encryption(tools).encrypt(command, control);
  }

  /** A change. */
  @FunctionalInterface
  private interface Change {
    Result make();
  }

  /** What is asked first of all: where libvirt is away then, nothing was begun. */
  private Domain domain(UUID vm) {
    try {
      return tools.domain(vm);
    } catch (HypervisorException.Unavailable away) {
      throw VmException.libvirtAway(vm, away);
    }
  }

  private Result change(HostCommand command, CommandControl control, Change change) {
    Domain domain = domain(command.vm());
    try (BusyVms.Claim _ = busy.claim(domain.id(), domain.name(), mayStart(command, domain))) {
      settleEarlier(domain, control);
      if (!mayStart(command, domain) && tools.hypervisor().hasSavedMemory(domain.id())) {
        throw VmException.saved(domain.name());
      }
      return change.make();
    }
  }

  /**
   * Disks and definition stay as they are in a shallow rekey. A VM that runs when a command begins
   * is changed live or not at all; it may stop and start meanwhile, which ends the change.
   */
  private static boolean mayStart(HostCommand command, Domain domain) {
    return switch (command) {
      case HostCommand.RekeyVm _, HostCommand.UnlockVm _, HostCommand.MigrateVm _ -> true;
      case HostCommand.EncryptVm _, HostCommand.DecryptVm _, HostCommand.DeepRekeyVm _ ->
          domain.active();
      case HostCommand.AddVtpm _,
          HostCommand.RemoveVtpm _,
          HostCommand.RekeyHost _,
          HostCommand.StartVm _,
          HostCommand.StopVm _,
          HostCommand.AdoptVm _ ->
          false;
    };
  }

  /** Two operations on one VM would not know each other's files. */
  private void settleEarlier(Domain domain, CommandControl control) {
    Optional<Operation> open = tools.journal().open(domain.id());
    if (open.isEmpty()) {
      return;
    }
    List<String> left = settlement.settle(open.get(), control).warnings();
    if (tools.journal().open(domain.id()).isPresent()) {
      throw VmException.unfinished(domain.name(), String.join(" ", left));
    }
  }

  private CommandOutcome failed(HostCommand command, String code, String sentence) {
    return new CommandOutcome.Failed(command.id(), code, sentence, report(command.vm()));
  }

  private Optional<VmReport> report(UUID vm) {
    try {
      return tools.hypervisor().domain(vm).map(reports::of);
    } catch (HypervisorException | UncheckedIOException | DamagedEntry unavailable) {
      return Optional.empty();
    }
  }
}
