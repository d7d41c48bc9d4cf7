package io.keymoor.host.vm;

import io.keymoor.disk.DiskException;
import io.keymoor.host.command.CommandControl;
import io.keymoor.host.command.CommandExecutor;
import io.keymoor.host.command.VmInventory;
import io.keymoor.host.keys.Subscription;
import io.keymoor.host.keys.Swap;
import io.keymoor.host.operation.DamagedEntry;
import io.keymoor.host.operation.Operation;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.DomainListener;
import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.protocol.VmReport;
import io.keymoor.provider.record.RecordChoice.Choice;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The VMs of this host: their reports, the commands on them, and their upkeep.
 *
 * <p>Upkeep is what happens by itself: operations that were cut short are brought to their end,
 * stale copies of key records are written anew, secrets are taken from libvirt once a VM runs. It
 * is done at {@link #recover}, for one VM whenever it starts or stops, when libvirt is back after
 * having been away, when keys came or went, and every half minute while an operation waits. A VM is
 * locked or not by what keys there are at the moment of a report, so it unlocks by itself.
 * Thread-safe.
 */
public final class HostVms implements VmInventory, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostVms.class);
  private static final long RETRY_SECONDS = 30;
  private static final long CLOSE_SECONDS = 60;

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
  private final BusyVms busy = new BusyVms();
  private final RecordCopies copies;
  private final Settlement settlement;
  private final VmReports reports;
  private final SecretsForStart secrets;
  private final VmCommands commands;
  private final MoveUpkeep moves;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService upkeep =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("vm-upkeep").daemon().factory());

  /** Upkeep may overwrite a large image for hours; secrets must not stay in libvirt that long. */
  private final ExecutorService secretKeeping =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("vm-secrets").daemon().factory());

  /** Moving a disk in its image may take hours as well. */
  private final ExecutorService moving =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("vm-moving").daemon().factory());

  private final Hypervisor.Subscription events;
  private final Subscription keyChanges;
  private volatile Predicate<UUID> paused = vm -> false;
  private volatile boolean closed;

  /** The VMs of this machine, whose swap decides whether encrypted ones may start. */
  public HostVms(VmTools tools) {
    this(tools, Swap.ofThisSystem()::objection);
  }

  /** The VMs of a host, listening to libvirt and to changes of keys until closed. */
  public HostVms(VmTools tools, GuestMemory memory) {
    this(tools, memory, Neighbourhood.none());
  }

  /** The VMs of a host that has neighbours. */
  public HostVms(VmTools tools, GuestMemory memory, Neighbourhood neighbourhood) {
    this.tools = tools;
    this.copies = new RecordCopies(tools);
    this.settlement = new Settlement(tools);
    this.reports = new VmReports(tools, neighbourhood.leases());
    Arrivals arrivals = new Arrivals(tools, neighbourhood, () -> later(this::afterArrival));
    this.secrets = new SecretsForStart(tools, busy, memory, neighbourhood.leases(), arrivals);
    this.moves = new MoveUpkeep(tools, busy, neighbourhood, arrivals, secrets);
    this.commands = new VmCommands(tools, busy, secrets, neighbourhood, this::afterCommand);
    this.events = tools.hypervisor().listen(this::happened);
    this.keyChanges = tools.keys().onChange(() -> later(this::tend));
    Future<?> _ =
        upkeep.scheduleWithFixedDelay(
            () -> {
              retry();
              moveOn();
              later(this::watchLeases);
            },
            RETRY_SECONDS,
            RETRY_SECONDS,
            TimeUnit.SECONDS);
  }

  /** Executes commands on these VMs. */
  public CommandExecutor commands() {
    return commands;
  }

  /** For libvirt's start hook. */
  public SecretsForStart secretsForStart() {
    return secrets;
  }

  @Override
  public List<VmReport> report() {
    return tools.hypervisor().domains().stream().map(reports::of).toList();
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public void leaveAlone(Predicate<UUID> vms) {
    paused = vms;
  }

  @Override
  public void recover() {
    for (Operation operation : tools.journal().open()) {
      if (!settlement.movesData(operation)) {
        settle(operation);
      }
    }
    tools.journal().damaged().forEach(damaged -> LOG.error(damaged.sentence()));
    List<Domain> domains = tools.hypervisor().domains();
    moves.recover(domains);
    secrets.sweep(domains);
    domains.forEach(this::repair);
    changed();
  }

  /** A VM in the middle of a command is left to it. */
  private void settle(Operation operation) {
    Optional<BusyVms.Claim> claimed = busy.claimForUpkeep(operation.vm());
    if (claimed.isEmpty()) {
      return;
    }
    try (BusyVms.Claim _ = claimed.get()) {
      Settlement.Settled settled = settlement.settle(operation, NOBODY_LISTENS);
      LOG.info(
          "{} of VM \"{}\", begun at {}: {}. {}",
          operation.kind(),
          operation.vmName(),
          operation.begun(),
          outcome(settled),
          String.join(" ", settled.warnings()));
    } catch (VmException | DiskException | UncheckedIOException notNow) {
      LOG.warn(
          "{} of VM \"{}\" could not be brought to its end now: {}",
          operation.kind(),
          operation.vmName(),
          notNow.getMessage());
    }
  }

  private static String outcome(Settlement.Settled settled) {
    return switch (settled) {
      case Settlement.RolledBack back -> "rolled back";
      case Settlement.Finished finished -> "finished";
      case Settlement.Undecided undecided -> "left as it is";
    };
  }

  /**
   * Writes stale copies anew. A domain without a record in its metadata is left alone: taking over
   * the keys of a copied VM is for an administrator to ask for (unlock).
   */
  private void repair(Domain domain) {
    DomainDefinition definition = domain.definition();
    if (definition.keyRecord().isEmpty() || isBeingChanged(domain.id())) {
      return;
    }
    Optional<BusyVms.Claim> claimed = busy.claimForUpkeep(domain.id());
    if (claimed.isEmpty()) {
      return;
    }
    try (BusyVms.Claim _ = claimed.get()) {
      if (copies.choose(definition) instanceof Choice.Chosen chosen && chosen.verified()) {
        tools.seen().saw(domain.id(), chosen.record().generation());
        copies
            .repair(domain.id(), definition, chosen)
            .forEach(failure -> LOG.warn("VM \"{}\": {}", domain.name(), failure));
      }
    } catch (VmException | UncheckedIOException notNow) {
      LOG.warn("VM \"{}\": {}", domain.name(), notNow.getMessage());
    }
  }

  private boolean isBeingChanged(UUID vm) {
    try {
      return tools.journal().open(vm).isPresent();
    } catch (DamagedEntry unknown) {
      return true;
    }
  }

  private void watchLeases() {
    if (moves.watchLeases()) {
      changed();
    }
  }

  /** What could not be brought to its end is tried again; usually there is none. */
  private void retry() {
    later(() -> {
      if (!tools.journal().open().isEmpty() || moves.anyOpen()) {
        tend();
      }
    });
  }

  /**
   * A disk that was being moved when the agent ended is moved on by its command, which is executed
   * again and shows its progress; by this when there is none, but not while it is paused.
   */
  void moveOn() {
    later(
        moving,
        () -> {
          try {
            tools.journal().open().stream()
                .filter(operation -> !paused.test(operation.vm()))
                .filter(settlement::movesData)
                .forEach(this::settle);
          } catch (HypervisorException away) {
            LOG.warn("Disks can't be moved on now: {}", away.getMessage());
          }
        });
  }

  private void afterArrival() {
    try {
      moves.settleArrivals();
    } catch (HypervisorException away) {
      LOG.warn("What arrived can't be looked after now: {}", away.getMessage());
    }
    changed();
  }

  private void tend() {
    try {
      recover();
    } catch (HypervisorException away) {
      LOG.warn("The VMs can't be looked after now: {}", away.getMessage());
    }
  }

  private void happened(DomainListener.Event event, UUID domain) {
    switch (event) {
      case STARTED, STOPPED -> {
        boolean started = event == DomainListener.Event.STARTED;
        later(secretKeeping, () -> secrets.takeAwayAfter(started, domain));
        later(() -> {
          tools.hypervisor().domain(domain).ifPresent(this::repair);
          moves.happened(domain);
          changed();
        });
      }
      case RECONNECTED -> later(this::tend);
      case DEFINED, UNDEFINED, OTHER ->
          later(() -> {
            moves.happened(domain);
            changed();
          });
      case DISCONNECTED -> later(this::changed);
    }
  }

  /** Not on the thread of whoever tells: it may be the one that libvirt's answers come on. */
  private void later(Runnable work) {
    later(upkeep, work);
  }

  private void later(ExecutorService worker, Runnable work) {
    try {
      worker.execute(() -> {
        try {
          if (!closed) {
            work.run();
          }
        } catch (RuntimeException e) {
          LOG.error("The upkeep of the VMs failed", e);
        }
      });
    } catch (RejectedExecutionException closed) {
      LOG.debug("an event came after the end");
    }
  }

  /** libvirt may have come back in the middle of a command, and its upkeep left the VM alone. */
  private void afterCommand() {
    retry();
    changed();
  }

  private void changed() {
    listeners.forEach(Runnable::run);
  }

  /** Stops listening, and waits for upkeep under way; what it leaves, the next start does. */
  @Override
  public void close() {
    closed = true;
    events.close();
    keyChanges.close();
    upkeep.shutdown();
    secretKeeping.shutdown();
    moving.shutdown();
    try {
      if (!upkeep.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The upkeep of the VMs is not done yet; it ends with this process.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
