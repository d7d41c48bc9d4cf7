package io.keymoor.manager.domain;

import io.keymoor.manager.domain.delivery.HeldByHost;
import io.keymoor.manager.domain.delivery.KeyDelivery;
import io.keymoor.manager.domain.delivery.KeyNews;
import io.keymoor.manager.domain.model.Cluster;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.HostCondition;
import io.keymoor.manager.domain.model.HostFacts;
import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.model.ProviderOnHost;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.model.TpmStanding;
import io.keymoor.manager.domain.model.Vm;
import io.keymoor.manager.domain.model.VmWork;
import io.keymoor.manager.domain.port.HostSealing;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.ProviderType;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.secret.SecretBytes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What hosts ask and report. Commands are open tasks, handed out until the host says it knows them;
 * an outcome is durable before it is acknowledged. Thread-safe.
 */
public final class HostLink {
  /** When to look again though no bell rang, where something waits for time or for others. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

  private static final String WAITS = "waits ";

  private final Transactions transactions;
  private final Tasks tasks;
  private final Vault vault;
  private final HostSealing sealing;
  private final KeyDelivery delivery;
  private final HostKeks hostKeks;
  private final KeyGate gate;

  /** The latest question of each host. */
  private final Map<UUID, Long> newest = new ConcurrentHashMap<>();

  private final Bell hostNews;
  private final Bell taskNews;
  private final InstantSource clock;

  public HostLink(
      Transactions transactions,
      Tasks tasks,
      Vault vault,
      HostSealing sealing,
      KeyDelivery delivery,
      HostKeks hostKeks,
      Settings settings,
      Bell hostNews,
      Bell taskNews,
      InstantSource clock) {
    this.transactions = transactions;
    this.tasks = tasks;
    this.vault = vault;
    this.sealing = sealing;
    this.delivery = delivery;
    this.hostKeks = hostKeks;
    this.gate = new KeyGate(delivery, settings.hostSilence(), clock);
    this.hostNews = hostNews;
    this.taskNews = taskNews;
    this.clock = clock;
  }

  /**
   * A provider as a host must know it.
   *
   * @param provider which
   * @param sealedKdk its key, sealed to that host
   * @param withheld why the host does not get the key of a provider that requires a TPM; or empty
   */
  public record Assignment(ProviderEntry provider, Optional<byte[]> sealedKdk, String withheld) {}

  /**
   * Everything a host must hold.
   *
   * @param keepKeys whether delivered KEKs shall outlive its restarts
   */
  public record Desired(long revision, List<Assignment> providers, boolean keepKeys) {
    public Desired {
      providers = List.copyOf(providers);
    }
  }

  /**
   * What a host says when it asks.
   *
   * @param revision revision of the desired state it has applied
   * @param known ids of the commands it knows
   * @param keys which KEKs of standard providers it has
   */
  public record Question(long revision, Set<UUID> known, HeldByHost keys) {
    public Question {
      known = Set.copyOf(known);
    }
  }

  /** What there is to do. */
  public record News(List<Task> commands, Optional<Desired> desired, Optional<KeyNews> keys) {
    public News {
      commands = List.copyOf(commands);
    }

    boolean isEmpty() {
      return commands.isEmpty() && desired.isEmpty() && keys.isEmpty();
    }
  }

  /** Stores what the agent says of its host; answers its cluster. */
  public void hello(Host host, HostFacts facts) {
    boolean rearranged =
        transactions.in(stores -> {
          stores.estate().saveFacts(host.id(), facts);
          if (!facts.tpm() && !host.tpm().equals(TpmStanding.UNKNOWN)) {
            // What seals its configuration next may be another one.
            stores.tpms().save(stores.tpms().lock(host.id()).without());
          }
          // Whether it may have TPM-bound keys (N3) or keep any (H5) may have changed.
          boolean changed =
              facts.tpm() != host.facts().tpm()
                  && (stores.estate().keepsKeys(host.id())
                      || stores.providers().catalog().providers().stream()
                          .anyMatch(ProviderEntry::tpmRequired));
          if (changed) {
            stores.estate().newRevisions(clock.instant());
          }
          return changed;
        });
    if (rearranged) {
      hostNews.ring();
    }
  }

  /** Waits, at most {@code most}, until there is something to do for this host. */
  public News poll(Host host, Question asked, Duration most) {
    long until = System.nanoTime() + most.toNanos();
    long question = delivery.question();
    newest.merge(host.id(), question, Math::max);
    Bell bell = hostNews.in(host.clusterId());
    // What the host knows was true when it asked; an older question proves nothing later.
    if (transactions.in(stores -> settle(stores, host, asked.known()))) {
      taskNews.ring();
    }
    while (true) {
      long heard = bell.rings();
      // Asked outside a transaction: what the cluster needs is a question of its own.
      KeyDelivery.Answer keys = keys(host, asked, question);
      if (newest.getOrDefault(host.id(), question) > question) {
        // It asks again, perhaps after a restart; nobody is there who could take an answer to this.
        return new News(List.of(), Optional.empty(), Optional.empty());
      }
      Found found = transactions.in(stores -> look(stores, host, asked, keys.news()));
      if (!found.phases().isEmpty()) {
        // On its own: it locks other tasks than those that are handed out.
        transactions.in(stores -> {
          stores.tasks().waiting(found.phases());
          return true;
        });
      }
      News news = found.news();
      Duration left = Duration.ofNanos(until - System.nanoTime());
      if (!news.isEmpty()
          || left.isNegative()
          || left.isZero()
          || Thread.currentThread().isInterrupted()) {
        return news;
      }
      boolean soon = found.waits() || keys.again();
      if (!bell.awaitNews(heard, soon ? Bell.shorter(left, LOOK_AGAIN) : left)) {
        return news;
      }
    }
  }

  /**
   * What one look found.
   *
   * @param waits whether there is something that waits for keys or for other hosts
   * @param phases what is to be said of what waits
   */
  private record Found(News news, boolean waits, Map<UUID, String> phases) {}

  private KeyDelivery.Answer keys(Host host, Question asked, long question) {
    KeyDelivery.Answer answer = delivery.answer(host, asked.keys(), question);
    if (!answer.arrived().isEmpty()) {
      transactions.in(stores -> {
        stores.tasks().keysArrived(host.id(), host.clusterId(), answer.arrived());
        return true;
      });
    }
    if (answer.everywhere()) {
      // Commands of other hosts may have waited for this.
      hostNews.in(host.clusterId()).ring();
    }
    return answer;
  }

  /** Draws the conclusions from what the host says it knows, and what it does not. */
  private boolean settle(Stores stores, Host host, Set<UUID> known) {
    List<UUID> begun = new ArrayList<>();
    Map<Task, Task.End> cancelled = new LinkedHashMap<>();
    List<Task> overdue = new ArrayList<>();
    for (Task task : stores.tasks().toSettle(host.id(), known, tasks.deadline())) {
      if (known.contains(task.id())) {
        begun.add(task.id());
      } else if (task.cancelRequested()) {
        cancelled.put(task, new Task.End.Cancelled("It was cancelled before a host had it."));
      } else {
        overdue.add(task);
      }
    }
    if (!cancelled.isEmpty()) {
      tasks.end(stores, cancelled);
    }
    tasks.failUnreachable(stores, overdue);
    stores.tasks().running(begun, clock.instant());
    return !(begun.isEmpty() && cancelled.isEmpty() && overdue.isEmpty());
  }

  private Found look(Stores stores, Host host, Question asked, Optional<KeyNews> keys) {
    List<Task> open =
        stores.tasks().seenOn(host.id()).stream()
            .filter(task -> !asked.known().contains(task.id()))
            .filter(task -> task.state() == Task.State.RUNNING || !task.cancelRequested())
            .toList();
    Map<UUID, String> waiting = gate.waiting(stores, host, open);
    List<Task> commands = new ArrayList<>();
    List<UUID> first = new ArrayList<>();
    Map<UUID, String> phases = new HashMap<>();
    for (Task task : open) {
      String why = waiting.getOrDefault(task.id(), "");
      // Also what was handed out: an agent that died took it no further than its open poll, and the
      // one that follows it may have lost the keys with the host.
      if (why.isEmpty()) {
        if (task.times().delivered().isEmpty()) {
          first.add(task.id());
        }
        commands.add(task);
      } else if (!task.progress().phase().equals(WAITS + why)
          && gate.tells(task, why, waiting.size())) {
        phases.put(task.id(), WAITS + why);
      }
    }
    // Nothing was locked: who cancels a task that no host has ends it at once.
    Set<UUID> handed = stores.tasks().delivered(first, clock.instant());
    commands.removeIf(task -> task.times().delivered().isEmpty() && !handed.contains(task.id()));
    return new Found(
        new News(commands, desired(stores, host, asked.revision()), keys),
        !waiting.isEmpty(),
        phases);
  }

  private void begin(Stores stores, Task task, Task.Progress progress) {
    if (task.state() == Task.State.QUEUED || !task.progress().equals(progress)) {
      stores.tasks().update(task.running(progress, clock.instant()));
    }
  }

  private Optional<Desired> desired(Stores stores, Host host, long revision) {
    long current =
        stores.estate().cluster(host.clusterId()).map(Cluster::revision).orElse(revision);
    if (current <= revision) {
      // A host that has a newer list than this database is one whose manager was restored from an
      // older copy. It would erase keys that nobody deleted; the next change on purpose tells it.
      return Optional.empty();
    }
    // What is thought of it may have changed since it asked.
    Host now = stores.estate().host(host.id()).orElse(host);
    return Optional.of(
        new Desired(
            current,
            stores.providers().catalog().providers().stream()
                .map(entry -> assignment(stores, now, entry))
                .toList(),
            now.facts().tpm() && stores.estate().keepsKeys(host.id())));
  }

  private Assignment assignment(Stores stores, Host host, ProviderEntry entry) {
    Optional<TpmStanding.Withheld> withheld = host.withheld(entry);
    if (entry.type() == ProviderType.STANDARD || withheld.isPresent()) {
      return new Assignment(
          entry, Optional.empty(), withheld.map(TpmStanding.Withheld::sentence).orElse(""));
    }
    try (SecretBytes kdk = vault.open(entry.id(), stores.providers().sealedKdk(entry.id()))) {
      return new Assignment(entry, Optional.of(sealing.seal(kdk, entry.id(), host)), "");
    }
  }

  /** What somebody wants of a command: that it stops, or that it stands still. */
  public record Wish(boolean cancel, boolean pause) {
    /** That it goes on. */
    public static final Wish NONE = new Wish(false, false);
  }

  /** Notes how far a command is; answers what is wanted of it. */
  public Wish progress(Host host, UUID command, Task.Progress progress) {
    Wish wish =
        transactions.in(stores -> {
          Optional<Task> found = own(stores, host, command);
          if (found.isEmpty() || found.get().state().ended()) {
            return Wish.NONE;
          }
          begin(stores, found.get(), progress);
          return new Wish(found.get().cancelRequested(), found.get().pauseRequested().isPresent());
        });
    taskNews.ring();
    return wish;
  }

  /** How a command ended, and its VM as it is now. */
  public record Outcome(UUID command, Task.End end, Optional<Vm> vm) {}

  /**
   * Stores how commands ended, all in one transaction. A repeated or unknown outcome changes
   * nothing; one of a task that had been given up does.
   */
  public void results(Host host, List<Outcome> outcomes) {
    Map<UUID, Outcome> byCommand = new HashMap<>();
    outcomes.forEach(outcome -> byCommand.put(outcome.command(), outcome));
    transactions.in(stores -> {
      List<Task> open =
          stores.tasks().lock(byCommand.keySet()).stream()
              .filter(task -> task.host().equals(host.id()))
              .filter(task -> Tasks.takes(task, outcome(byCommand, task).end()))
              .toList();
      if (open.isEmpty()) {
        return false;
      }
      // It locks the host before its VMs, as a report does: neither waits for the other for ever.
      stores.estate().forgetReport(host.id());
      Map<Task, Task.End> ends = new LinkedHashMap<>();
      List<Vm> vms = new ArrayList<>();
      for (Task task : open) {
        Outcome outcome = outcome(byCommand, task);
        ends.put(task, outcome.end());
        outcome.vm().ifPresent(vms::add);
        if (task.work() instanceof VmWork.Migrate move
            && outcome.end() instanceof Task.End.Succeeded) {
          stores.vms().moved(task.vm(), host.id(), move.to());
        }
      }
      stores.vms().save(vms);
      tasks.end(stores, ends);
      return true;
    });
    taskNews.ring();
  }

  private static Outcome outcome(Map<UUID, Outcome> byCommand, Task task) {
    return Objects.requireNonNull(byCommand.get(task.id()));
  }

  /** The whole state of a host, as it tells it. */
  public record Report(HostCondition condition, List<ProviderOnHost> providers, List<Vm> vms) {
    public Report {
      providers = List.copyOf(providers);
      vms = List.copyOf(vms);
    }
  }

  /**
   * Stores the whole state of a host; one that says what the last one said costs one statement.
   *
   * @param digest of the report
   * @return the KEK under which it shall make its host key, where it lacks one
   */
  public Optional<KeyName> report(Host host, Report report, String digest) {
    boolean needsOthers =
        transactions.in(stores -> {
          // It locks the host: of two reports at once the later one is stored whole.
          if (!stores.estate().reportedAnew(host.id(), digest)) {
            return false;
          }
          String before = stores.vms().needsOf(host.id());
          stores.estate().saveCondition(host.id(), report.condition(), report.providers());
          stores.vms().save(report.vms());
          stores.vms().keepOnly(host.id(), report.vms().stream().map(Vm::id).toList());
          stores.vms().follow(host.id());
          return !stores.vms().needsOf(host.id()).equals(before);
        });
    if (needsOthers) {
      // Each host of the cluster looks then, so not for every report.
      hostNews.in(host.clusterId()).ring();
    }
    return hostKeks.forHost(host, report.condition());
  }

  private static Optional<Task> own(Stores stores, Host host, UUID command) {
    return stores.tasks().lock(command).filter(task -> task.host().equals(host.id()));
  }
}
