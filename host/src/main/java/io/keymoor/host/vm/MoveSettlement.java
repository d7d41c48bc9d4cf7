package io.keymoor.host.vm;

import io.keymoor.host.command.CommandControl;
import io.keymoor.host.operation.CrashPoint;
import io.keymoor.host.vm.MoveNotes.Note;
import io.keymoor.host.vm.Neighbourhood.Moving;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.hypervisor.Migrations;
import java.util.Optional;

/**
 * Brings a migration from this host that has begun to its end, whatever interrupted it: looks where
 * libvirt has the VM and which host has its lease. The destination takes the lease once the VM runs
 * there, so that the lease decides where libvirt can't be asked.
 */
final class MoveSettlement {
  private static final long POLL_MILLIS = 200;

  /** How long the destination's agent may take to see that a VM arrived. */
  private static final int PATIENCE_POLLS = 150;

  private static final int LIBVIRT_POLLS = 300;

  private final VmTools tools;
  private final Neighbourhood neighbourhood;

  MoveSettlement(VmTools tools, Neighbourhood neighbourhood) {
    this.tools = tools;
    this.neighbourhood = neighbourhood;
  }

  /** Where the VM is. */
  enum Settled {
    /** On the other host, and no longer defined here. */
    MOVED,
    /** Running here, as before. */
    STAYED,
    /** Here, and off. */
    STOPPED,
    /** Paused here, and perhaps running there. */
    UNDECIDED
  }

  /** Waits for libvirt's migration if it is under way still, then decides. */
  Settled settle(Note note, CommandControl control) {
    Moving moving = neighbourhood.moving().orElseThrow();
    Optional<Domain> domain = afterJob(moving, note, control);
    Domain.Power power = domain.map(Domain::power).orElse(Domain.Power.OFF);
    Leases leases = neighbourhood.leases();
    LeasePlace place = note.leasePlace();
    if (power == Domain.Power.RUNNING) {
      return leases.endMove(place) ? ended(moving, note, Settled.STAYED) : Settled.UNDECIDED;
    }
    if (awaitTaken(note)) {
      if (power != Domain.Power.OFF) {
        // The other host says that it runs there, and this copy was never resumed.
        tools.hypervisor().powerOff(note.vm());
      }
      forget(note);
      leases.left(place);
      moving.notes().write(note.ended());
      return Settled.MOVED;
    }
    if (power != Domain.Power.OFF) {
      return Settled.UNDECIDED;
    }
    leases.endMove(place);
    leases.free(place);
    return ended(moving, note, Settled.STOPPED);
  }

  private static Settled ended(Moving moving, Note note, Settled how) {
    moving.notes().remove(note.vm());
    return how;
  }

  private Optional<Domain> afterJob(Moving moving, Note note, CommandControl control) {
    for (int i = 0; ; i++) {
      try {
        Optional<Domain> domain = tools.hypervisor().domain(note.vm());
        if (domain.filter(Domain::active).isEmpty()) {
          return domain;
        }
        Optional<Migrations.Progress> job = moving.migrations().progress(note.vm());
        if (job.isEmpty()) {
          return tools.hypervisor().domain(note.vm());
        }
        control.progress("moves its memory", job.get().done(), job.get().total(), "bytes");
        if (control.cancelled()) {
          moving.migrations().abort(note.vm());
        }
      } catch (HypervisorException.NoSuchDomain gone) {
        return Optional.empty();
      } catch (HypervisorException.Unavailable away) {
        if (i > LIBVIRT_POLLS) {
          throw away;
        }
      }
      Pause.ofMillis(POLL_MILLIS);
      if (Thread.currentThread().isInterrupted()) {
        return tools.hypervisor().domain(note.vm());
      }
    }
  }

  private boolean awaitTaken(Note note) {
    for (int i = 0; i < PATIENCE_POLLS; i++) {
      if (neighbourhood.leases().heldBy(note.leasePlace(), note.peer())) {
        return true;
      }
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
      Pause.ofMillis(POLL_MILLIS);
    }
    return false;
  }

  /** Takes the definition away; what the home on the storage holds is the other host's. */
  private void forget(Note note) {
    try {
      if (tools.hypervisor().domain(note.vm()).isPresent()) {
        tools.hypervisor().undefine(note.vm());
      }
    } catch (HypervisorException.NoSuchDomain gone) {
      // Somebody else did it.
    }
    tools.trigger().reached(CrashPoint.MOVE_FORGOTTEN);
  }
}
