package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.Cluster;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.HostCondition;
import io.keymoor.manager.domain.model.HostFacts;
import io.keymoor.manager.domain.model.ProviderOnHost;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.model.Vm;
import io.keymoor.manager.domain.port.HostSealing;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.secret.SecretBytes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What hosts ask and report. Commands are open tasks, handed out until the host says it knows them;
 * an outcome is durable before it is acknowledged. Thread-safe.
 */
public final class HostLink {
  /** How long a waiter trusts the bell, which does not ring for other managers' changes. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

  private final Transactions transactions;
  private final Tasks tasks;
  private final Vault vault;
  private final HostSealing sealing;
  private final Bell hostNews;
  private final Bell taskNews;
  private final InstantSource clock;

  public HostLink(
      Transactions transactions,
      Tasks tasks,
      Vault vault,
      HostSealing sealing,
      Bell hostNews,
      Bell taskNews,
      InstantSource clock) {
    this.transactions = transactions;
    this.tasks = tasks;
    this.vault = vault;
    this.sealing = sealing;
    this.hostNews = hostNews;
    this.taskNews = taskNews;
    this.clock = clock;
  }

  /** A provider as a host must know it; the key is sealed to that host. */
  public record Assignment(ProviderEntry provider, Optional<byte[]> sealedKdk) {}

  /** Everything a host must hold. */
  public record Desired(long revision, List<Assignment> providers) {
    public Desired {
      providers = List.copyOf(providers);
    }
  }

  /** What there is to do. */
  public record News(List<Task> commands, Optional<Desired> desired) {
    public News {
      commands = List.copyOf(commands);
    }

    boolean isEmpty() {
      return commands.isEmpty() && desired.isEmpty();
    }
  }

  /**
   * The host that holds this certificate.
   *
   * @throws Refusal.Forbidden when none was enrolled with it
   */
  public Host authenticate(UUID id, String fingerprint) {
    return transactions.in(stores -> {
      Host host =
          stores
              .estate()
              .host(id)
              .filter(known -> known.identity().fingerprint().equals(fingerprint))
              .orElseThrow(HostLink::notEnrolled);
      stores.estate().seen(id, clock.instant());
      return host;
    });
  }

  /** Stores what the agent says of its host; answers its cluster. */
  public void hello(Host host, HostFacts facts) {
    boolean rearranged =
        transactions.in(stores -> {
          stores.estate().saveFacts(host.id(), facts);
          boolean changed = facts.tpm() != host.facts().tpm();
          if (changed) {
            // Whether it may have TPM-bound keys has changed (N3).
            stores.estate().newRevisions(clock.instant());
          }
          return changed;
        });
    if (rearranged) {
      hostNews.ring();
    }
  }

  /** Waits, at most {@code most}, until there is something to do for this host. */
  public News poll(Host host, long revision, Set<UUID> known, Duration most) {
    long until = System.nanoTime() + most.toNanos();
    // What the host knows was true when it asked; an older question proves nothing later.
    if (transactions.in(stores -> settle(stores, host, known))) {
      taskNews.ring();
    }
    while (true) {
      long heard = hostNews.rings();
      News news = transactions.in(stores -> look(stores, host, revision, known));
      Duration left = Duration.ofNanos(until - System.nanoTime());
      if (!news.isEmpty()
          || left.isNegative()
          || left.isZero()
          || Thread.currentThread().isInterrupted()) {
        return news;
      }
      hostNews.await(heard, Bell.shorter(left, LOOK_AGAIN));
    }
  }

  /** Draws the conclusions from what the host says it knows, and what it does not. */
  private boolean settle(Stores stores, Host host, Set<UUID> known) {
    boolean changed = false;
    for (Task task : stores.tasks().openOn(host.id())) {
      boolean queued = task.state() == Task.State.QUEUED;
      if (known.contains(task.id())) {
        changed |= queued;
        begin(stores, task, task.progress());
      } else if (queued && task.cancelRequested()) {
        tasks.end(stores, task, new Task.End.Cancelled("It was cancelled before a host had it."));
        changed = true;
      } else if (queued && tasks.overdue(task)) {
        tasks.failUnreachable(stores, task);
        changed = true;
      }
    }
    return changed;
  }

  private News look(Stores stores, Host host, long revision, Set<UUID> known) {
    List<Task> commands = new ArrayList<>();
    for (Task task : stores.tasks().openOn(host.id())) {
      boolean wanted = task.state() == Task.State.RUNNING || !task.cancelRequested();
      if (wanted && !known.contains(task.id())) {
        if (task.times().delivered().isEmpty()) {
          stores.tasks().update(task.delivered(clock.instant()));
        }
        commands.add(task);
      }
    }
    return new News(commands, desired(stores, host, revision));
  }

  private void begin(Stores stores, Task task, Task.Progress progress) {
    if (task.state() == Task.State.QUEUED || !task.progress().equals(progress)) {
      stores.tasks().update(task.running(progress, clock.instant()));
    }
  }

  private Optional<Desired> desired(Stores stores, Host host, long revision) {
    long current =
        stores
            .estate()
            .cluster(host.clusterId().toString())
            .map(Cluster::revision)
            .orElse(revision);
    if (current <= revision) {
      // A host that has a newer list than this database is one whose manager was restored from an
      // older copy. It would erase keys that nobody deleted; the next change on purpose tells it.
      return Optional.empty();
    }
    boolean tpm = stores.estate().host(host.id()).map(now -> now.facts().tpm()).orElse(false);
    return Optional.of(
        new Desired(
            current,
            stores.providers().catalog().providers().stream()
                .map(entry -> assignment(stores, host, tpm, entry))
                .toList()));
  }

  private Assignment assignment(Stores stores, Host host, boolean tpm, ProviderEntry entry) {
    boolean keyless = entry.kind() instanceof ProviderEntry.Standard;
    if (keyless || (entry.tpmRequired() && !tpm)) {
      return new Assignment(entry, Optional.empty());
    }
    try (SecretBytes kdk = vault.open(entry.id(), stores.providers().sealedKdk(entry.id()))) {
      return new Assignment(entry, Optional.of(sealing.seal(kdk, entry.id(), host)));
    }
  }

  /** Notes how far a command is; true when it shall be stopped. */
  public boolean progress(Host host, UUID command, Task.Progress progress) {
    boolean cancel =
        transactions.in(stores -> {
          Optional<Task> found = own(stores, host, command);
          if (found.isEmpty() || found.get().state().ended()) {
            return false;
          }
          begin(stores, found.get(), progress);
          return found.get().cancelRequested();
        });
    taskNews.ring();
    return cancel;
  }

  /** Stores how a command ended. A repeated or unknown outcome changes nothing. */
  public void result(Host host, UUID command, Task.End end, Optional<Vm> vm) {
    transactions.in(stores -> {
      Optional<Task> found = own(stores, host, command);
      if (found.isPresent() && !found.get().state().ended()) {
        vm.ifPresent(stores.vms()::save);
        tasks.end(stores, found.get(), end);
      }
      return true;
    });
    taskNews.ring();
  }

  /** Stores the whole state of a host. */
  public void report(
      Host host, HostCondition condition, List<ProviderOnHost> providers, List<Vm> vms) {
    transactions.in(stores -> {
      stores.estate().saveCondition(host.id(), condition, providers);
      vms.forEach(stores.vms()::save);
      stores.vms().keepOnly(host.id(), vms.stream().map(Vm::id).toList());
      return true;
    });
  }

  private static Optional<Task> own(Stores stores, Host host, UUID command) {
    return stores.tasks().lock(command).filter(task -> task.host().equals(host.id()));
  }

  private static Refusal.Forbidden notEnrolled() {
    return new Refusal.Forbidden(
        "host_not_enrolled",
        "No host was enrolled with this certificate. Nothing was done. Enrol it: keymoor host add");
  }
}
