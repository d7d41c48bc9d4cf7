package io.keymoor.host.vm;

import io.keymoor.host.vm.Lease.Move;
import io.keymoor.hypervisor.DomainDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leases of encrypted VMs on shared storage, as one host has them: a VM starts on the host that
 * holds its lease, or takes one that nobody holds (V11).
 *
 * <p>Guarantees: of two hosts that start a VM at once one is refused; a lease that another host
 * holds is never taken over by itself, only by somebody who says that this host was fenced, and
 * never while it shows that it is alive or a QEMU has the VM's disks open. Thread-safe.
 */
public final class Leases implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

  private final Optional<Self> self;
  private final InstantSource clock;
  private final ConcurrentMap<UUID, LeasePlace> held = new ConcurrentHashMap<>();
  private final ScheduledExecutorService heart =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("vm-leases").daemon().factory());

  private record Self(UUID host, String name, Duration silence) {}

  private Leases(Optional<Self> self, InstantSource clock) {
    this.self = self;
    this.clock = clock;
  }

  /** For a host whose storage nobody else uses: every lease is had and none is written. */
  public static Leases none() {
    return new Leases(Optional.empty(), InstantSource.system());
  }

  /**
   * The leases of a host.
   *
   * @param silence after how long without a sign of life a host may be taken for dead, once
   *     somebody says that it is
   */
  public static Leases of(UUID host, String name, Duration silence, InstantSource clock) {
    Leases leases = new Leases(Optional.of(new Self(host, name, silence)), clock);
    long period = Math.max(1, silence.toMillis() / 3);
    var _ =
        leases.heart.scheduleWithFixedDelay(
            leases::showLife, period, period, TimeUnit.MILLISECONDS);
    return leases;
  }

  /**
   * Takes the lease for a start of the VM here.
   *
   * @throws VmException when another host holds it
   */
  void take(DomainDefinition definition) {
    LeasePlace.of(definition).ifPresent(place -> take(definition.name(), place));
  }

  private void take(String vm, LeasePlace place) {
    self.ifPresent(me -> {
      place.change(before -> {
        before.ifPresent(lease -> requireFree(me, vm, lease));
        return before
            .filter(lease -> lease.heldBy(me.host()))
            .or(() -> Optional.of(next(me, place, before, true)));
      });
      hold(me, place);
    });
  }

  private static void requireFree(Self me, String vm, Lease lease) {
    if (lease.held() && lease.move().isPresent()) {
      throw new VmException(
          "vm_migrating",
          "VM \""
              + vm
              + "\" is being migrated to host "
              + lease.move().get().toName()
              + ", or was when it was last heard of. It was not started here. This settles by"
              + " itself when both hosts' agents run.");
    }
    if (lease.held() && !lease.host().equals(me.host())) {
      throw new VmException(
          "vm_runs_elsewhere",
          "VM \""
              + vm
              + "\" runs on host "
              + lease.hostName()
              + ", or did when that host was last heard of; it started there at "
              + lease.changed()
              + ". It was not started here. If that host is off for certain (fenced): keymoor host"
              + " adopt --fenced HOME");
    }
  }

  private Lease next(Self me, LeasePlace place, Optional<Lease> before, boolean nowHeld) {
    return new Lease(
        Lease.VERSION,
        place.vm(),
        me.host(),
        me.name(),
        before.map(Lease::generation).orElse(0L) + 1,
        nowHeld,
        Optional.empty(),
        now());
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  /**
   * The VM runs here, so the lease becomes this host's.
   *
   * @param still asked while nobody can change the lease: a VM that has left may have been seen
   *     running a moment ago
   */
  void runsHere(LeasePlace place, BooleanSupplier still) {
    self.ifPresent(me -> {
      Optional<Lease> after =
          place.change(before ->
              before.filter(lease -> lease.heldBy(me.host())).isPresent() || !still.getAsBoolean()
                  ? before
                  : Optional.of(next(me, place, before, true)));
      if (after.filter(lease -> lease.heldBy(me.host())).isPresent()) {
        hold(me, place);
      }
    });
  }

  /** The VM stopped here. One that is being migrated, or is another host's, is left alone. */
  void free(LeasePlace place) {
    self.ifPresent(me -> {
      if (place.read().filter(lease -> lease.heldBy(me.host())).isPresent()) {
        place.change(before ->
            before
                .filter(lease -> lease.heldBy(me.host()) && lease.move().isEmpty())
                .map(lease -> next(me, place, before, false))
                .or(() -> before));
      }
      held.remove(place.vm());
    });
  }

  /** As {@link #free(LeasePlace)}, for a VM whose lease was taken since this agent started. */
  void free(UUID vm) {
    Optional.ofNullable(held.get(vm)).ifPresent(this::free);
  }

  /** The migration to this host that the lease announces. */
  Optional<Move> moveToHere(LeasePlace place) {
    return self.flatMap(me ->
        place
            .read()
            .filter(Lease::held)
            .flatMap(Lease::move)
            .filter(move -> move.to().equals(me.host())));
  }

  /** Announces a migration of a VM that runs here. */
  Move beginMove(String vm, LeasePlace place, UUID to, String toName) {
    Self me = self.orElseThrow(() -> noLeases(vm));
    Move move = new Move(to, toName, UUID.randomUUID().toString());
    place.change(before -> {
      if (before.filter(lease -> lease.heldBy(me.host())).isEmpty()) {
        before.ifPresent(lease -> requireFree(me, vm, lease));
      }
      return Optional.of(moving(next(me, place, before, true), move));
    });
    hold(me, place);
    return move;
  }

  private static Lease moving(Lease lease, Move move) {
    return new Lease(
        lease.version(),
        lease.vm(),
        lease.host(),
        lease.hostName(),
        lease.generation(),
        lease.held(),
        Optional.of(move),
        lease.changed());
  }

  private static VmException noLeases(String vm) {
    return new VmException(
        "migration_not_set_up",
        "This host's storage is its own, so VM \""
            + vm
            + "\" can't leave it. Nothing was changed.");
  }

  /** The migration did not happen: the VM runs here. False when the other host has the lease. */
  boolean endMove(LeasePlace place) {
    Self me = self.orElseThrow();
    return place
        .change(before ->
            before.filter(lease -> lease.heldBy(me.host()) && lease.move().isPresent()).isPresent()
                ? Optional.of(next(me, place, before, true))
                : before)
        .filter(lease -> lease.heldBy(me.host()))
        .isPresent();
  }

  /** The migration happened: the other host's is the lease. */
  void handOver(LeasePlace place) {
    Self me = self.orElseThrow();
    place.change(before ->
        before
            .filter(lease -> lease.heldBy(me.host()))
            .flatMap(lease -> lease.move().map(move -> of(move, lease)))
            .or(() -> before));
    held.remove(place.vm());
  }

  private Lease of(Move move, Lease lease) {
    return new Lease(
        Lease.VERSION,
        lease.vm(),
        move.to(),
        move.toName(),
        lease.generation() + 1,
        true,
        Optional.empty(),
        now());
  }

  /** Whether that host holds the lease now. */
  boolean heldBy(LeasePlace place, UUID host) {
    return place.read().filter(lease -> lease.heldBy(host)).isPresent();
  }

  /**
   * Takes the lease of a VM that does not run, so that it may start here.
   *
   * @param fenced whether somebody vouches that the host that holds it is off
   * @throws VmException when it may run still
   */
  void takeOver(DomainDefinition definition, boolean fenced) {
    LeasePlace place = LeasePlace.of(definition).orElseThrow(() -> noLeases(definition.name()));
    self.ifPresent(me -> {
      ImageLocks.requireUnused(definition);
      place.change(before -> {
        boolean others = before.filter(l -> l.held() && !l.host().equals(me.host())).isPresent();
        if (others && !fenced) {
          requireFree(me, definition.name(), before.orElseThrow());
        }
        if (others) {
          requireSilent(me, definition.name(), place, before.orElseThrow());
        }
        return Optional.of(next(me, place, before, false));
      });
    });
  }

  /** Compares two times of one file system: no host's clock counts. */
  private static void requireSilent(Self me, String vm, LeasePlace place, Lease lease) {
    try {
      Path theirs = place.alive(lease.host());
      if (Files.notExists(theirs)) {
        return;
      }
      beat(place.alive(me.host()), me);
      Duration age =
          Duration.between(
              Files.getLastModifiedTime(theirs).toInstant(),
              Files.getLastModifiedTime(place.alive(me.host())).toInstant());
      if (age.compareTo(me.silence()) < 0) {
        throw new VmException(
            "host_alive",
            "Host "
                + lease.hostName()
                + ", which runs VM \""
                + vm
                + "\", showed "
                + Math.max(0, age.toSeconds())
                + " s ago that it is alive. Nothing was changed. Fence it first; a host that is off is"
                + " silent for "
                + me.silence().toSeconds()
                + " s before its VMs can be taken over.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("could not look after host " + lease.hostName(), e);
    }
  }

  private void hold(Self me, LeasePlace place) {
    held.put(place.vm(), place);
    try {
      beat(place.alive(me.host()), me);
    } catch (IOException e) {
      LOG.warn("The sign of life in {} could not be written: {}", place.directory(), e.toString());
    }
  }

  private void showLife() {
    self.ifPresent(me ->
        held.values().stream()
            .map(place -> place.alive(me.host()))
            .distinct()
            .forEach(file -> {
              try {
                beat(file, me);
              } catch (IOException | RuntimeException e) {
                LOG.warn("The sign of life {} could not be written: {}", file, e.toString());
              }
            }));
  }

  /** Of one length always: some watch the storage for changes. */
  private static void beat(Path file, Self me) throws IOException {
    Files.writeString(file, me.name() + "\n");
  }

  @Override
  public void close() {
    heart.shutdownNow();
  }
}
