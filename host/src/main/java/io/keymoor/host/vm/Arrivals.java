package io.keymoor.host.vm;

import io.keymoor.host.operation.CrashPoint;
import io.keymoor.host.vm.Lease.Move;
import io.keymoor.host.vm.MoveNotes.Note;
import io.keymoor.host.vm.MoveNotes.Way;
import io.keymoor.host.vm.Neighbourhood.Moving;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.DomainVtpm;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.provider.record.KeyRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * VMs that arrive from other hosts.
 *
 * <p>A VM may arrive when its lease announces a move to this host: then the move was begun by an
 * agent, which has libvirt use TLS. Any other migration of an encrypted VM is refused (V7). It is
 * defined here before it arrives, because libvirt removes the vTPM's state of a domain that it does
 * not keep, through the link to the home too. Thread-safe.
 */
final class Arrivals {
  private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final VmTools tools;
  private final Neighbourhood neighbourhood;
  private final RecordCopies copies;
  private final Runnable released;

  /** When each was expected first. */
  private final ConcurrentMap<UUID, Long> expected = new ConcurrentHashMap<>();

  /**
   * What arrives at a host.
   *
   * @param released is run when libvirt let go of one that was expected
   */
  Arrivals(VmTools tools, Neighbourhood neighbourhood, Runnable released) {
    this.released = released;
    this.tools = tools;
    this.neighbourhood = neighbourhood;
    this.copies = new RecordCopies(tools);
  }

  /** Whether libvirt is bringing this VM here. */
  boolean expects(UUID vm) {
    return expected.containsKey(vm);
  }

  /**
   * libvirt asks whether this VM may arrive.
   *
   * @throws VmException when not
   */
  synchronized void expect(DomainDefinition definition) {
    Optional<KeyRecord> record = copies.unlocked(definition);
    if (record.isEmpty()) {
      return;
    }
    LeasePlace place = LeasePlace.of(definition).orElseThrow(() -> unexpected(definition));
    Move move = neighbourhood.leases().moveToHere(place).orElseThrow(() -> unexpected(definition));
    Optional<Domain> known = tools.hypervisor().domain(definition.id());
    if (known.filter(Domain::active).isPresent()) {
      throw new VmException(
          "vm_runs_elsewhere",
          "VM \"" + definition.name() + "\" runs on this host already. Nothing was changed.");
    }
    // Before the note: whoever settles notes must not take this one for an arrival that failed.
    expected.put(definition.id(), System.nanoTime());
    try {
      prepare(definition, record.get(), place, move, known.isEmpty());
    } catch (RuntimeException failed) {
      expected.remove(definition.id());
      throw failed;
    }
    tools.trigger().reached(CrashPoint.ARRIVAL_EXPECTED);
  }

  private void prepare(
      DomainDefinition definition, KeyRecord record, LeasePlace place, Move move, boolean define) {
    Moving moving = neighbourhood.moving().orElseThrow(() -> unexpected(definition));
    moving
        .files()
        .install(
            definition.id(),
            definition.name(),
            ChannelFiles.Role.SERVER,
            Migration.channel(definition.id(), record, move, tools),
            Migration.tlsName(move.to()));
    moving
        .notes()
        .write(
            new Note(
                definition.id(),
                definition.name(),
                Way.IN,
                "",
                place.directory().toString(),
                move.to(),
                move.toName(),
                define,
                false));
    if (define) {
      tools.hypervisor().define(definition);
    }
    definition
        .tpm()
        .flatMap(DomainVtpm::secret)
        .flatMap(
            secret -> RecordCopies.home(record, definition).map(home -> VmHome.vtpm(home, secret)))
        .ifPresent(VtpmState::passLock);
  }

  private static VmException unexpected(DomainDefinition definition) {
    return new VmException(
        "migration_not_expected",
        "VM \""
            + definition.name()
            + "\" is encrypted, and nobody announced that it comes to this host. It was not let in"
            + " and runs on where it was. Such VMs migrate with one-time keys only: keymoor vm"
            + " migrate "
            + definition.name()
            + " --to HOST");
  }

  /** The VM stopped here, or its arrival failed. */
  void released(UUID vm) {
    if (expected.remove(vm) != null) {
      released.run();
    }
  }

  /** Looks what became of those that were to arrive; answers whether anything changed. */
  boolean settle() {
    if (neighbourhood.moving().isEmpty()) {
      return false;
    }
    boolean changed = false;
    Moving moving = neighbourhood.moving().get();
    for (Note note : moving.notes().open(Way.IN)) {
      try {
        changed |= settle(moving, note);
      } catch (HypervisorException | VmException notNow) {
        LOG.warn("The arrival of VM \"{}\": {}", note.name(), notNow.getMessage());
      }
    }
    return changed;
  }

  /** Never while one is let in: its definition must not go from under it. */
  private synchronized boolean settle(Moving moving, Note note) {
    if (!moving.notes().find(note.vm()).equals(Optional.of(note))) {
      return false;
    }
    return switch (power(note.vm())) {
      case RUNNING -> {
        neighbourhood
            .leases()
            .runsHere(note.leasePlace(), () -> power(note.vm()) == Domain.Power.RUNNING);
        LOG.info("VM \"{}\" has arrived.", note.name());
        yield end(moving, note);
      }
      case OFF -> {
        if (stillExpected(note.vm())) {
          yield false;
        }
        boolean elsewhere = !neighbourhood.leases().heldBy(note.leasePlace(), note.peer());
        if (note.defined() && elsewhere && tools.hypervisor().domain(note.vm()).isPresent()) {
          tools.hypervisor().undefine(note.vm());
        }
        LOG.info("VM \"{}\" did not arrive.", note.name());
        yield end(moving, note);
      }
      case PAUSED, OTHER -> false;
    };
  }

  private Domain.Power power(UUID vm) {
    return tools.hypervisor().domain(vm).map(Domain::power).orElse(Domain.Power.OFF);
  }

  private boolean stillExpected(UUID vm) {
    Long since = expected.get(vm);
    return since != null && System.nanoTime() - since < PATIENCE.toNanos();
  }

  private boolean end(Moving moving, Note note) {
    moving.files().clear(note.vm());
    moving.notes().remove(note.vm());
    expected.remove(note.vm());
    tools.trigger().reached(CrashPoint.ARRIVAL_ENDED);
    return true;
  }
}
