package io.keymoor.manager.domain.bulk;

import io.keymoor.manager.domain.Audit;
import io.keymoor.manager.domain.Bell;
import io.keymoor.manager.domain.ProviderViews;
import io.keymoor.manager.domain.Settings;
import io.keymoor.manager.domain.Subject;
import io.keymoor.manager.domain.Tasks;
import io.keymoor.manager.domain.model.AuditEvent;
import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.BulkItem;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.port.KeyIssuing;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.TaskStore;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.catalog.ProviderCatalog;
import io.keymoor.provider.catalog.ProviderEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Drives bulk tasks: hands their objects to hosts in waves and gathers the results.
 *
 * <p>Guarantee: each step is one transaction that counts, audits and stores what it did; killed
 * between two of them, the next step goes on from what is stored, and no object is done twice. What
 * may be lost then is a wave's new keys that nothing uses yet. Only one manager drives a bulk task
 * at a time. Used by one thread.
 */
public final class BulkDriver {
  private static final Duration LEASE = Duration.ofMinutes(2);

  /**
   * Objects that one host has at once: enough to keep it at work between two polls. A wave brings
   * half of them, so that keys are made while hosts are at work.
   */
  private static final int AT_ONCE = 256;

  /** Tasks that one transaction cancels. */
  private static final int PORTION = 1000;

  private final Transactions transactions;
  private final Tasks tasks;
  private final Audit audit;
  private final KeyIssuing issuing;
  private final Judgement judgement;
  private final Takeover takeover;
  private final Stragglers stragglers;
  private final Ending ending;
  private final Bell hostNews;
  private final Bell taskNews;
  private final InstantSource clock;
  private final UUID driver;
  private final Map<UUID, Pause> pauses = new HashMap<>();

  public BulkDriver(
      Transactions transactions,
      Tasks tasks,
      Audit audit,
      ProviderViews views,
      KeyIssuing issuing,
      Settings settings,
      UUID driver,
      Bell hostNews,
      Bell taskNews,
      InstantSource clock) {
    this.transactions = transactions;
    this.tasks = tasks;
    this.audit = audit;
    this.issuing = issuing;
    this.takeover = new Takeover(transactions, settings.hostSilence(), clock);
    this.judgement = new Judgement(views, takeover);
    this.stragglers = new Stragglers(tasks, judgement, settings, clock);
    this.ending = new Ending(audit, settings.reportInterval(), clock);
    this.hostNews = hostNews;
    this.taskNews = taskNews;
    this.clock = clock;
    this.driver = driver;
  }

  /**
   * What one look at a bulk task found.
   *
   * @param wave for which keys are to be made
   * @param version the bulk task's when the wave was chosen
   */
  private record Found(boolean changed, List<Judgement.Ready> wave, long version) {
    static Found changed(boolean changed) {
      return new Found(changed, List.of(), 0);
    }
  }

  /**
   * Takes every bulk task one step further.
   *
   * @return whether there may be more to do at once
   */
  public boolean step() {
    takeover.look();
    List<UUID> all = transactions.in(stores -> stores.bulks().toDo());
    pauses.keySet().retainAll(Set.copyOf(all));
    boolean more = false;
    for (UUID id : all) {
      more |= step(id);
    }
    return more;
  }

  private boolean step(UUID id) {
    Found found = transactions.in(stores -> look(stores, id));
    boolean changed = found.changed();
    if (!found.wave().isEmpty()) {
      List<KeyIssuing.Outcome> keys = issued(found.wave());
      changed |= transactions.in(stores -> open(stores, id, found, keys));
      hostNews.ring();
    }
    if (changed) {
      taskNews.ring();
    }
    return changed;
  }

  private Found look(Stores stores, UUID id) {
    Optional<Bulk> driven = stores.bulks().drive(id, driver, clock.instant(), LEASE);
    if (driven.isEmpty()) {
      return Found.changed(amended(stores, id));
    }
    Bulk bulk = driven.get();
    if (bulk.cancelRequested() && endedEarly(stores, bulk)) {
      return Found.changed(true);
    }
    Bulk.Counts counts =
        bulk.counts().plus(stores.bulks().settle(id)).plus(stores.bulks().settleLate(id));
    boolean changed = !counts.equals(bulk.counts());
    Bulk now = changed ? bulk.at(bulk.phase(), counts) : bulk;
    if (bulk.cancelRequested()) {
      return cancelling(stores, now, changed);
    }
    Pause pause = pauses.getOrDefault(id, Pause.NONE);
    if (counts.waiting() > 0) {
      return pause.isOver(clock.instant())
          ? nextWave(stores, now, changed)
          : stored(stores, now, changed);
    }
    if (counts.open() > 0) {
      return waitingForHosts(stores, now, changed);
    }
    return ending.settle(stores, now) ? Found.changed(true) : stored(stores, now, changed);
  }

  /** Results of one that has ended; another manager may be at it. */
  private boolean amended(Stores stores, UUID id) {
    // Whoever drives one that goes on gives it such results, and is not waited for.
    if (stores.bulks().find(id).filter(bulk -> bulk.state().ended()).isEmpty()) {
      return false;
    }
    Optional<Bulk> bulk = stores.bulks().lock(id).filter(one -> one.state().ended());
    if (bulk.isEmpty()) {
      return false;
    }
    Bulk.Counts change = stores.bulks().settleLate(id);
    if (change.ok() == 0) {
      return false;
    }
    ending.amended(stores, bulk.get(), bulk.get().counts().plus(change));
    return true;
  }

  private Found waitingForHosts(Stores stores, Bulk bulk, boolean changed) {
    // As long as results come in nobody need be given up.
    return !changed && stragglers.giveUp(stores, bulk)
        ? Found.changed(true)
        : stored(stores, bulk, changed);
  }

  private static Found stored(Stores stores, Bulk bulk, boolean changed) {
    if (changed) {
      stores.bulks().update(bulk);
    }
    return Found.changed(changed);
  }

  /**
   * Ends what no host has. Before anything else of it is locked, since hosts' results lock its
   * tasks in another order than first these and then the ones with results.
   */
  private boolean endedEarly(Stores stores, Bulk bulk) {
    Map<Task, Task.End> early =
        stores.tasks().undelivered(bulk.id(), PORTION).stream()
            .collect(
                Collectors.toMap(
                    Task::cancelling,
                    task -> new Task.End.Cancelled("It was cancelled before a host had it.")));
    tasks.end(stores, early);
    return !early.isEmpty();
  }

  private Found cancelling(Stores stores, Bulk bulk, boolean changed) {
    if (bulk.counts().open() == 0) {
      ending.cancelled(stores, bulk);
      return Found.changed(true);
    }
    return waitingForHosts(stores, bulk, changed);
  }

  private Found nextWave(Stores stores, Bulk bulk, boolean changed) {
    List<Host> hosts = stores.estate().hosts();
    List<BulkItem> next = wave(stores, bulk, hosts);
    Judgement.Verdict verdict = judgement.of(stores, bulk, hosts, next);
    if (verdict.broken().isPresent()) {
      if (bulk.counts().open() > 0) {
        return waitingForHosts(stores, bulk, changed);
      }
      ending.broken(stores, bulk, verdict.broken().get());
      return Found.changed(true);
    }
    Bulk.Counts counts = bulk.counts().plus(concluded(verdict.concluded()));
    stores.bulks().update(bulk.id(), verdict.concluded());
    boolean more = changed || !verdict.concluded().isEmpty();
    Bulk now = more ? bulk.at(bulk.phase(), counts) : bulk;
    stored(stores, now, more);
    return new Found(more, verdict.ready(), now.version());
  }

  private List<BulkItem> wave(Stores stores, Bulk bulk, List<Host> hosts) {
    List<UUID> there =
        hosts.stream().filter(host -> !judgement.awaited(host)).map(Host::id).toList();
    List<BulkItem> next = stores.bulks().wave(bulk.id(), there, AT_ONCE / 2, AT_ONCE);
    // What is left may be of hosts that were removed.
    return next.isEmpty() && bulk.counts().open() == 0
        ? stores.bulks().items(bulk.id(), Optional.of(BulkItem.State.WAITING), -1, AT_ONCE)
        : next;
  }

  private static Bulk.Counts concluded(List<BulkItem> items) {
    long skipped = items.stream().filter(i -> i.state() == BulkItem.State.SKIPPED).count();
    return new Bulk.Counts(0, 0, items.size() - skipped, skipped, 0);
  }

  /** One outcome per object, in their order; each provider is asked once. */
  private List<KeyIssuing.Outcome> issued(List<Judgement.Ready> wave) {
    Map<UUID, List<Judgement.Ready>> byProvider =
        wave.stream().collect(Collectors.groupingBy(ready -> ready.item().provider()));
    Map<UUID, KeyIssuing.Outcome> byObject = new HashMap<>();
    byProvider.forEach((provider, some) -> {
      List<KeyIssuing.Outcome> outcomes =
          issuing.issue(provider, some.stream().map(Judgement.Ready::purpose).toList());
      for (int i = 0; i < some.size(); i++) {
        byObject.put(some.get(i).item().id(), outcomes.get(i));
      }
    });
    return wave.stream()
        .flatMap(ready -> Stream.ofNullable(byObject.get(ready.item().id())))
        .toList();
  }

  private boolean open(Stores stores, UUID id, Found found, List<KeyIssuing.Outcome> keys) {
    Optional<Bulk> driven = stores.bulks().drive(id, driver, clock.instant(), LEASE);
    if (driven.isEmpty() || driven.get().cancelRequested()) {
      return true;
    }
    Bulk bulk = driven.get();
    if (keys.stream().allMatch(KeyIssuing.Outcome.Refused.class::isInstance)) {
      pause(stores, bulk, (KeyIssuing.Outcome.Refused) keys.getFirst());
      return false;
    }
    pauses.remove(id);
    List<BulkItem> refused = new ArrayList<>();
    List<Opened> opened = new ArrayList<>();
    ProviderCatalog catalog = stores.providers().catalog();
    Predicate<BulkItem> waits = waits(stores, bulk, found);
    Portions portions = new Portions();
    for (int i = 0; i < found.wave().size(); i++) {
      Judgement.Ready ready = found.wave().get(i);
      if (!waits.test(ready.item())) {
        continue;
      }
      switch (keys.get(i)) {
        case KeyIssuing.Outcome.Refused no ->
            refused.add(ready.item().concluded(BulkItem.State.FAILED, no.code(), no.sentence()));
        case KeyIssuing.Outcome.Issued key -> {
          Task task = task(portions.next(ready.item().host()), bulk, ready, key.id());
          opened.add(new Opened(ready.item(), task, started(catalog, ready, task, key.id())));
        }
      }
    }
    hand(stores, bulk, refused, opened);
    return true;
  }

  /**
   * Which objects of a wave still wait. While its keys were made another manager may have taken
   * over the bulk task and opened them; whoever changes any changes the bulk task, too.
   */
  private static Predicate<BulkItem> waits(Stores stores, Bulk bulk, Found found) {
    if (bulk.version() == found.version()) {
      return _ -> true;
    }
    Set<Long> waiting =
        stores
            .bulks()
            .waiting(
                bulk.id(), found.wave().stream().map(ready -> ready.item().position()).toList());
    return item -> waiting.contains(item.position());
  }

  /** An object's task and what the audit trail says of its start. */
  private record Opened(BulkItem item, Task task, AuditEvent started) {
    TaskStore.Part part() {
      return new TaskStore.Part(item.position(), task);
    }

    BulkItem handed(boolean stored) {
      return stored
          ? item.opened(task.id())
          : item.concluded(BulkItem.State.FAILED, "vm_busy", Sentences.busyNow());
    }
  }

  private static void hand(Stores stores, Bulk bulk, List<BulkItem> refused, List<Opened> opened) {
    Set<UUID> stored = stores.tasks().insert(bulk.id(), opened.stream().map(Opened::part).toList());
    List<BulkItem> now = new ArrayList<>(refused);
    opened.forEach(one -> now.add(one.handed(stored.contains(one.task().id()))));
    // The key ids are audited before a host has them.
    stores
        .audit()
        .append(
            opened.stream()
                .filter(one -> stored.contains(one.task().id()))
                .map(Opened::started)
                .toList());
    stores.bulks().update(bulk.id(), now);
    long failed = now.stream().filter(i -> i.state() == BulkItem.State.FAILED).count();
    Bulk.Counts change = new Bulk.Counts(0, 0, failed, 0, now.size() - failed);
    stores.bulks().update(bulk.at("rekeying", bulk.counts().plus(change)));
  }

  private Task task(UUID taskId, Bulk bulk, Judgement.Ready ready, KeyId key) {
    return new Task(
        taskId,
        1,
        ready.item().id(),
        ready.item().object().name(),
        ready.item().host(),
        ready.work(key),
        bulk.actor(),
        bulk.address(),
        Task.State.QUEUED,
        Task.Progress.NONE,
        false,
        Optional.empty(),
        Optional.empty(),
        new Task.Times(clock.instant(), Optional.empty(), Optional.empty(), Optional.empty()));
  }

  private AuditEvent started(ProviderCatalog catalog, Judgement.Ready ready, Task task, KeyId key) {
    Subject subject =
        Subject.of(task.work().kind().replaceFirst("_", ".")).on(task.object()).with(key);
    Optional<ProviderEntry> provider = catalog.find(ready.item().provider());
    return audit.event(
        task.actor(),
        task.address(),
        provider.map(subject::with).orElse(subject),
        "started",
        "task " + task.id());
  }

  /**
   * A provider that gives no key at all is asked again a few times before the task gives up; not
   * where that is of no use.
   */
  private void pause(Stores stores, Bulk bulk, KeyIssuing.Outcome.Refused refused) {
    Instant now = clock.instant();
    Pause next = pauses.getOrDefault(bulk.id(), Pause.NONE).longer(now);
    if ((refused.lasting() || next.isTooLong()) && bulk.counts().open() == 0) {
      pauses.remove(bulk.id());
      ending.broken(stores, bulk, refused.sentence());
      return;
    }
    pauses.put(bulk.id(), next);
    stores.bulks().update(bulk.at("asks the provider again: " + refused.sentence(), bulk.counts()));
  }
}
