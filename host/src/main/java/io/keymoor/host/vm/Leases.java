package io.keymoor.host.vm;

import io.keymoor.host.vm.Lease.Move;
import io.keymoor.hypervisor.DomainDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leases of encrypted VMs on shared storage, as one host has them: a VM starts on the host that
 * holds its lease, or takes one that nobody holds (V11).
 *
 * <p>Guarantees: of two hosts that start a VM at once one is refused; a lease that another host
 * holds is never taken over by itself, also not for a VM that runs here, unless that host announced
 * its migration to this one. Only somebody who says that the other host was fenced takes it, and
 * never while it shows that it is alive or a QEMU has the VM's disks open. Thread-safe.
 */
public final class Leases implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

  private final Optional<Self> self;
  private final InstantSource clock;
  private final ConcurrentMap<UUID, LeasePlace> held = new ConcurrentHashMap<>();

  /** VMs that run here and whose leases other hosts hold. */
  private final Rivals rivals = new Rivals();

  private final ScheduledExecutorService heart =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("vm-leases").daemon().factory());

  private record Self(UUID host, String name, SignsOfLife life) {}

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
    Leases leases =
        new Leases(Optional.of(new Self(host, name, new SignsOfLife(host, name, silence))), clock);
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
   * The VM runs here, so the lease becomes this host's, where nobody holds it or the VM was
   * announced to come here. Where another host holds it the VM may run twice: the lease stays that
   * host's, and {@link #rival} says so until one of the two has stopped.
   *
   * @param still asked while nobody can change the lease: a VM that has left may have been seen
   *     running a moment ago
   */
  void runsHere(LeasePlace place, BooleanSupplier still) {
    self.ifPresent(me -> {
      Optional<Lease> after =
          place.change(before ->
              before.filter(lease -> !mayBecome(me, lease)).isPresent() || !still.getAsBoolean()
                  ? before
                  : Optional.of(next(me, place, before, true)));
      if (after.filter(lease -> lease.heldBy(me.host())).isPresent()) {
        hold(me, place);
      } else {
        rivals.judge(place, after.filter(_ -> still.getAsBoolean()), me.name());
      }
    });
  }

  /** Whether it is nobody's, or announces a migration to this host. */
  private static boolean mayBecome(Self me, Lease lease) {
    boolean announced = lease.move().filter(move -> move.to().equals(me.host())).isPresent();
    return !lease.held() || (announced && !lease.host().equals(me.host()));
  }

  /**
   * Looks again at the leases of the VMs that run here: another host may have taken one, because
   * somebody said that this one was fenced. Reads one small file for each.
   *
   * @param runs whether a VM runs here
   * @return whether {@link #rival} says something new of any VM
   */
  boolean watch(Predicate<UUID> runs) {
    if (self.isEmpty()) {
      return false;
    }
    UUID me = self.get().host();
    Map<UUID, Rivals.Rival> before = rivals.all();
    Stream.concat(held.values().stream(), before.values().stream().map(Rivals.Rival::place))
        .distinct()
        .forEach(place -> {
          try {
            boolean mine = place.read().filter(lease -> lease.heldBy(me)).isPresent();
            if (!mine || before.containsKey(place.vm())) {
              runsHere(place, () -> runs.test(place.vm()));
            }
          } catch (VmException | UncheckedIOException notNow) {
            LOG.warn("The lease of VM {}: {}", place.vm(), notNow.getMessage());
          }
        });
    return !before.equals(rivals.all());
  }

  /** What to say of a VM that runs here though another host holds its lease. */
  Optional<String> rival(UUID vm) {
    return self.flatMap(me -> rivals.of(vm, me.name()));
  }

  /**
   * Takes the lease of a VM that runs here and was found to be another host's.
   *
   * @param fenced whether somebody vouches that the VM does not run there
   * @throws VmException when it may
   */
  void keep(DomainDefinition definition, boolean fenced) {
    LeasePlace place = LeasePlace.of(definition).orElseThrow(() -> noLeases(definition.name()));
    self.ifPresent(me -> {
      place.change(before -> {
        if (before.filter(lease -> lease.heldBy(me.host())).isPresent()) {
          return before;
        }
        if (before.filter(Lease::held).isPresent()) {
          if (!fenced) {
            requireFree(me, definition.name(), before.orElseThrow());
          }
          me.life().requireSilent(definition.name(), place, before.orElseThrow());
        }
        return Optional.of(next(me, place, before, true));
      });
      hold(me, place);
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
      rivals.remove(place.vm());
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
    left(place);
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

  /** The VM went to another host, which has taken its lease. */
  void left(LeasePlace place) {
    held.remove(place.vm());
    rivals.remove(place.vm());
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
          me.life().requireSilent(definition.name(), place, before.orElseThrow());
        }
        return Optional.of(next(me, place, before, false));
      });
    });
  }

  private void hold(Self me, LeasePlace place) {
    held.put(place.vm(), place);
    rivals.remove(place.vm());
    try {
      me.life().show(place);
    } catch (IOException e) {
      LOG.warn("The sign of life in {} could not be written: {}", place.directory(), e.toString());
    }
  }

  private void showLife() {
    self.ifPresent(me ->
        held.values().stream()
            .collect(Collectors.toMap(LeasePlace::directory, Function.identity(), (one, _) -> one))
            .values()
            .forEach(place -> {
              try {
                me.life().show(place);
              } catch (IOException | RuntimeException e) {
                LOG.warn(
                    "The sign of life in {} could not be written: {}",
                    place.directory(),
                    e.toString());
              }
            }));
  }

  @Override
  public void close() {
    heart.shutdownNow();
  }
}
