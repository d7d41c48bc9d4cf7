package io.keymoor.host.vm;

import io.keymoor.host.command.CommandControl;
import io.keymoor.host.vm.MoveNotes.Note;
import io.keymoor.host.vm.MoveNotes.Way;
import io.keymoor.host.vm.Neighbourhood.Moving;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.HypervisorException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens by itself to leases and migrations: VMs that arrived are taken over, those that left
 * are forgotten, leases follow VMs that started or stopped while no agent looked.
 */
final class MoveUpkeep {
  private static final Logger LOG = LoggerFactory.getLogger(MoveUpkeep.class);

  private static final CommandControl NOBODY_LISTENS =
      new CommandControl() {
        @Override
        public void progress(String phase, long done, long total, String unit) {}

        @Override
        public boolean cancelled() {
          return false;
        }
      };

  private final VmTools tools;
  private final BusyVms busy;
  private final Neighbourhood neighbourhood;
  private final Arrivals arrivals;
  private final SecretsForStart secrets;
  private final MoveSettlement settlement;

  MoveUpkeep(
      VmTools tools,
      BusyVms busy,
      Neighbourhood neighbourhood,
      Arrivals arrivals,
      SecretsForStart secrets) {
    this.tools = tools;
    this.busy = busy;
    this.neighbourhood = neighbourhood;
    this.arrivals = arrivals;
    this.secrets = secrets;
    this.settlement = new MoveSettlement(tools, neighbourhood);
  }

  /** Whether a migration from or to this host has begun and not ended. */
  boolean anyOpen() {
    return neighbourhood
        .moving()
        .map(Moving::notes)
        .filter(notes -> !notes.open(Way.IN).isEmpty() || !notes.open(Way.OUT).isEmpty())
        .isPresent();
  }

  /** Looks what became of the VMs that were to arrive. */
  void settleArrivals() {
    arrivals.settle();
  }

  /** After the agent started, or libvirt came back. */
  void recover(List<Domain> domains) {
    arrivals.settle();
    neighbourhood.moving().ifPresent(moving -> moving.notes().open(Way.OUT).forEach(this::settle));
    domains.forEach(this::follow);
  }

  /** A command that was cut short does it itself when it is executed again. */
  private void settle(Note note) {
    Optional<BusyVms.Claim> claimed = busy.claimForUpkeep(note.vm());
    if (claimed.isEmpty()) {
      return;
    }
    try (BusyVms.Claim _ = claimed.get()) {
      LOG.info(
          "The migration of VM \"{}\" to host {}: {}",
          note.name(),
          note.peerName(),
          settlement.settle(note, NOBODY_LISTENS));
    } catch (HypervisorException | VmException | UncheckedIOException notNow) {
      LOG.warn("The migration of VM \"{}\": {}", note.name(), notNow.getMessage());
    }
  }

  /** libvirt told something of this domain. */
  void happened(UUID vm) {
    try {
      arrivals.settle();
      Optional<Domain> domain = tools.hypervisor().domain(vm);
      domain.ifPresent(this::follow);
      if (domain.filter(Domain::active).isPresent()) {
        secrets.takeAwayAfter(true, vm);
      }
    } catch (HypervisorException | VmException | UncheckedIOException notNow) {
      LOG.warn("The lease of VM {}: {}", vm, notNow.getMessage());
    }
  }

  /** Whether a VM that runs here was found to be another host's, or is no longer. */
  boolean watchLeases() {
    try {
      return neighbourhood.leases().watch(vm -> !arrivals.expects(vm) && runs(vm));
    } catch (HypervisorException away) {
      LOG.debug("The leases can't be compared with what runs here", away);
      return false;
    }
  }

  private void follow(Domain domain) {
    if (domain.definition().keyRecord().isEmpty() || arrivals.expects(domain.id())) {
      return;
    }
    try {
      LeasePlace.of(domain.definition())
          .ifPresent(place -> {
            if (domain.power() == Domain.Power.RUNNING) {
              neighbourhood.leases().runsHere(place, () -> runs(domain.id()));
            } else if (domain.power() == Domain.Power.OFF
                && !secrets.isStarting(domain.id())
                && !leaving(domain.id())) {
              neighbourhood.leases().free(place);
            }
          });
    } catch (VmException | UncheckedIOException notNow) {
      LOG.warn("The lease of VM \"{}\": {}", domain.name(), notNow.getMessage());
    }
  }

  private boolean runs(UUID vm) {
    return tools.hypervisor().domain(vm).map(Domain::power).orElse(Domain.Power.OFF)
        == Domain.Power.RUNNING;
  }

  private boolean leaving(UUID vm) {
    return neighbourhood
        .moving()
        .flatMap(moving -> moving.notes().find(vm))
        .filter(note -> !note.done())
        .isPresent();
  }
}
