package io.keymoor.host.vm;

import io.keymoor.crypto.MigrationChannel;
import io.keymoor.host.command.CommandControl;
import io.keymoor.host.operation.CrashPoint;
import io.keymoor.host.vm.Lease.Move;
import io.keymoor.host.vm.MoveNotes.Note;
import io.keymoor.host.vm.MoveSettlement.Settled;
import io.keymoor.host.vm.Neighbourhood.Moving;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.hypervisor.Migrations;
import io.keymoor.protocol.HostCommand;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.provider.record.RecordKeys;
import io.keymoor.secret.SecretBytes;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Moves a running encrypted VM to another host of its cluster.
 *
 * <p>In this order: the lease announces the move, certificates for it alone are put where QEMU
 * finds them, libvirt migrates over TLS, the lease becomes the other host's, the definition goes
 * from this host. The destination's agent is asked by libvirt's hook before anything arrives there.
 * Until libvirt has migrated, every failure leaves the VM running here.
 */
final class Migration {
  private static final long POLL_MILLIS = 100;

  private final VmTools tools;
  private final Neighbourhood neighbourhood;
  private final RecordCopies copies;
  private final MoveSettlement settlement;

  Migration(VmTools tools, Neighbourhood neighbourhood) {
    this.tools = tools;
    this.neighbourhood = neighbourhood;
    this.copies = new RecordCopies(tools);
    this.settlement = new MoveSettlement(tools, neighbourhood);
  }

  /** The name by which a host goes in certificates of migrations. */
  static String tlsName(UUID host) {
    return "host-" + host + ".keymoor.internal";
  }

  /** What the certificates of a migration come from: both hosts find the same key of the VM. */
  static MigrationChannel channel(UUID vm, KeyRecord record, Move move, VmTools tools) {
    PartKeys part =
        record.parts().stream().filter(it -> it.current().isPresent()).findFirst().orElseThrow();
    KeyEntry entry = part.current().orElseThrow();
    try (SecretBytes dek = RecordKeys.unwrap(vm, part.part(), entry, tools.keys())) {
      return new MigrationChannel(dek, vm, move.nonce(), tools.clock(), tools.random());
    }
  }

  /** What to say where this command was executed before and the VM left; absent otherwise. */
  Optional<Result> alreadyDone(HostCommand.MigrateVm command) {
    return neighbourhood
        .moving()
        .flatMap(moving -> moving.notes().find(command.vm()))
        .filter(note -> note.done() && note.command().equals(command.id()))
        .map(Migration::moved);
  }

  Result migrate(HostCommand.MigrateVm command, CommandControl control) {
    Moving moving = neighbourhood.moving().orElseThrow(() -> notSetUp(command.vm().toString()));
    Optional<Note> begun = moving.notes().find(command.vm()).filter(note -> !note.done());
    if (begun.isPresent()) {
      Settled settled = settlement.settle(begun.get(), control);
      if (settled != Settled.STAYED || control.cancelled()) {
        return result(begun.get(), settled, Optional.empty(), control);
      }
    }
    return move(moving, command, control);
  }

  private Result move(Moving moving, HostCommand.MigrateVm command, CommandControl control) {
    Domain domain = tools.domain(command.vm());
    KeyRecord record = requireMovable(domain, command);
    LeasePlace place = LeasePlace.of(domain.definition()).orElseThrow(() -> noFile(domain));
    if (control.cancelled()) {
      throw VmException.cancelled(domain.name());
    }
    Note note =
        new Note(
            domain.id(),
            domain.name(),
            MoveNotes.Way.OUT,
            command.id(),
            place.directory().toString(),
            command.to(),
            command.toName(),
            false,
            false);
    moving.notes().write(note);
    Optional<HypervisorException> failure = Optional.empty();
    try {
      Move move =
          neighbourhood.leases().beginMove(domain.name(), place, command.to(), command.toName());
      tools.trigger().reached(CrashPoint.MOVE_ANNOUNCED);
      moving
          .files()
          .install(
              domain.id(),
              domain.name(),
              ChannelFiles.Role.CLIENT,
              channel(domain.id(), record, move, tools),
              "source.keymoor.internal");
      run(moving, command, control);
      tools.trigger().reached(CrashPoint.MOVE_ARRIVED);
      neighbourhood.leases().handOver(place);
      tools.trigger().reached(CrashPoint.MOVE_HANDED_OVER);
    } catch (HypervisorException refused) {
      failure = Optional.of(refused);
    } catch (RuntimeException e) {
      settlement.settle(note, control);
      throw e;
    } finally {
      moving.files().clear(domain.id());
    }
    return result(note, settlement.settle(note, control), failure, control);
  }

  private KeyRecord requireMovable(Domain domain, HostCommand.MigrateVm command) {
    if (!MigrationAddress.uriAllowed(command.uri())
        || !MigrationAddress.addressAllowed(command.address())) {
      throw new VmException(
          "migration_uri_refused",
          "Host "
              + command.toName()
              + " says that its libvirt is at \""
              + command.uri()
              + "\" and its QEMU at \""
              + command.address()
              + "\", which this host does not use. VM \""
              + domain.name()
              + "\" runs on here. Allowed are qemu+tls://HOST/system, qemu+ssh://HOST/system and"
              + " plain addresses; start that host's agent with such a --migration-uri.");
    }
    if (domain.power() != Domain.Power.RUNNING) {
      throw new VmException(
          "vm_not_running",
          "VM \""
              + domain.name()
              + "\" does not run, and only running VMs are migrated. It was left as it is. On host "
              + command.toName()
              + " it is had with: keymoor host adopt HOME");
    }
    return copies
        .unlocked(domain.definition())
        .orElseThrow(() ->
            new VmException(
                "vm_not_encrypted",
                "Nothing of VM \""
                    + domain.name()
                    + "\" is encrypted, so it needs no keys to migrate. It runs on here. Use: virsh"
                    + " migrate --live --tls"));
  }

  /** Follows libvirt's migration to its end. */
  private void run(Moving moving, HostCommand.MigrateVm command, CommandControl control) {
    Migrations.Target target =
        new Migrations.Target(command.uri(), command.address(), tlsName(command.to()));
    UUID vm = command.vm();
    CompletableFuture<Void> job = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("migration-" + vm)
        .daemon()
        .start(() -> {
          try {
            moving.migrations().migrate(vm, target, moving.unsafeStorage());
            job.complete(null);
          } catch (RuntimeException | Error failure) {
            job.completeExceptionally(failure);
          }
        });
    boolean seen = false;
    while (!job.isDone()) {
      Pause.ofMillis(POLL_MILLIS);
      if (follow(moving, vm, control) && !seen) {
        seen = true;
        tools.trigger().reached(CrashPoint.MOVE_RUNNING);
      }
    }
    try {
      job.join();
    } catch (java.util.concurrent.CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private static boolean follow(Moving moving, UUID vm, CommandControl control) {
    try {
      Optional<Migrations.Progress> progress = moving.migrations().progress(vm);
      progress.ifPresent(
          it -> control.progress("moves its memory", it.done(), it.total(), "bytes"));
      if (control.cancelled()) {
        moving.migrations().abort(vm);
      }
      return progress.isPresent();
    } catch (HypervisorException away) {
      // The migration's own failure says more.
      return false;
    }
  }

  private Result result(
      Note note, Settled settled, Optional<HypervisorException> failure, CommandControl control) {
    String why = failure.map(it -> " libvirt: " + it.getMessage()).orElse("");
    return switch (settled) {
      case MOVED -> moved(note);
      case STAYED -> {
        if (control.cancelled()) {
          throw new VmException(
              "cancelled",
              "The migration was cancelled. VM \"" + note.name() + "\" runs on where it was.");
        }
        throw new VmException(
            "migration_failed",
            "VM \""
                + note.name()
                + "\" was not migrated to host "
                + note.peerName()
                + " and runs on where it was."
                + why);
      }
      case STOPPED ->
          throw new VmException(
              "migration_failed",
              "VM \""
                  + note.name()
                  + "\" stopped while it was migrated to host "
                  + note.peerName()
                  + ". It is off, here, and can be started."
                  + why);
      case UNDECIDED ->
          throw new VmException(
              "migration_undecided",
              "VM \""
                  + note.name()
                  + "\" is paused here, and whether it runs on host "
                  + note.peerName()
                  + " is not known, because that host's agent does not say. It settles by itself"
                  + " once it does. If it does not run there: virsh resume "
                  + note.name()
                  + why);
    };
  }

  private static Result moved(Note note) {
    return Result.of(
        "VM \""
            + note.name()
            + "\" runs on host "
            + note.peerName()
            + "; nothing of it is left here.");
  }

  private static VmException noFile(Domain domain) {
    return new VmException(
        "migration_not_set_up",
        "VM \""
            + domain.name()
            + "\" has no disk in a file, so there is no place for its lease. It runs on here.");
  }

  private static VmException notSetUp(String vm) {
    return new VmException(
        "migration_not_set_up",
        "This host takes part in no migrations: its agent runs without --migration-uri. VM "
            + vm
            + " runs on here.");
  }
}
