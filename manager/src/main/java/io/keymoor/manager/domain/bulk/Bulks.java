package io.keymoor.manager.domain.bulk;

import io.keymoor.manager.domain.Audit;
import io.keymoor.manager.domain.Bell;
import io.keymoor.manager.domain.ProviderViews;
import io.keymoor.manager.domain.Subject;
import io.keymoor.manager.domain.Vms;
import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.BulkItem;
import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Cluster;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.catalog.ProviderCatalog;
import io.keymoor.provider.catalog.ProviderEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Bulk tasks as people ask for them. What was asked for is durable, object by object, when a method
 * returns; {@link BulkDriver} does it. Thread-safe.
 */
public final class Bulks {
  /** How long an unfinished bulk task is continued by asking for the same again. */
  private static final Duration CONTINUED = Duration.ofDays(7);

  private static final int REMEMBERED = 200;
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

  private final Transactions transactions;
  private final Audit audit;
  private final ProviderViews views;
  private final Bell taskNews;
  private final InstantSource clock;

  public Bulks(
      Transactions transactions,
      Audit audit,
      ProviderViews views,
      Bell taskNews,
      InstantSource clock) {
    this.transactions = transactions;
    this.audit = audit;
    this.views = views;
    this.taskNews = taskNews;
    this.clock = clock;
  }

  /**
   * What came of asking.
   *
   * @param task the bulk task's id
   * @param continued whether it is an earlier one that goes on
   * @param counts its objects
   */
  public record Started(UUID task, boolean continued, Bulk.Counts counts) {}

  /**
   * Which VMs.
   *
   * @param cluster only in this cluster
   * @param vms only these, by name or id; empty means all
   * @param anew never continue an earlier, unfinished task
   */
  public record Wanted(Optional<String> cluster, List<String> vms, boolean anew) {
    public Wanted {
      vms = List.copyOf(vms);
    }
  }

  /** Shallow rekey, under the named provider or else each VM under its own. */
  public Started rekey(Caller caller, Wanted wanted, Optional<String> provider) {
    return submitted(
        caller,
        "vm.rekey_many",
        stores -> {
          // Held until the end: two who ask for the same at once get one task.
          ProviderCatalog catalog = stores.providers().lockedCatalog();
          Optional<ProviderEntry> to =
              provider.map(name -> catalog.forUse(Optional.of(name), Optional.empty()));
          Bulk.Request request =
              new Bulk.Request(
                  Bulk.Kind.REKEY,
                  to.map(ProviderEntry::id),
                  Optional.empty(),
                  cluster(stores, wanted.cluster()).map(Cluster::id),
                  ids(stores, wanted.vms()),
                  title(wanted) + to.map(entry -> " to " + entry.name()).orElse(""));
          Started started = start(stores, caller, request, "vm.rekey_many", wanted.anew());
          if (started.counts().total() == 0) {
            throw new Refusal.Conflict(
                "nothing_to_do",
                "Nothing is encrypted among " + title(wanted) + ". Nothing was changed.");
          }
          return started;
        });
  }

  /** Moves what {@code change} says once its pre-flight is clear. */
  public Started change(Caller caller, ProviderChange change) {
    return submitted(
        caller,
        ProviderChange.ACTION,
        stores -> {
          Bulk.Request request = change.begin(stores, views, caller, audit);
          return start(stores, caller, request, ProviderChange.ACTION, false);
        });
  }

  /** What a change would do now. Changes nothing. */
  public ProviderChange.Plan plan(ProviderChange change) {
    return transactions.in(stores -> change.plan(stores, views));
  }

  /** Part of a transaction. */
  @FunctionalInterface
  private interface Submission {
    Started start(Stores stores);
  }

  private Started submitted(Caller caller, String action, Submission submission) {
    Started started =
        audit.attempt(caller, Subject.of(action), () -> transactions.in(submission::start));
    taskNews.ring();
    return started;
  }

  private Started start(
      Stores stores, Caller caller, Bulk.Request request, String action, boolean anew) {
    Optional<Bulk> earlier = anew ? Optional.empty() : unfinished(stores, request);
    if (earlier.isPresent()) {
      Bulk bulk = earlier.get();
      Bulk.Counts counts = bulk.state().ended() ? goOn(stores, caller, bulk) : bulk.counts();
      return new Started(bulk.id(), true, counts);
    }
    Instant now = clock.instant();
    List<BulkItem> items = Selection.of(stores, request);
    Bulk.Counts counts = counts(items);
    Bulk bulk =
        new Bulk(
            UUID.randomUUID(),
            1,
            request,
            caller.name(),
            caller.address(),
            Task.State.RUNNING,
            "",
            counts,
            false,
            Optional.empty(),
            new Bulk.Times(now, now, counts.ended(), Optional.empty(), Optional.empty()));
    stores.bulks().insert(bulk);
    stores.bulks().add(bulk.id(), items);
    audit.write(
        stores,
        caller.name(),
        caller.address(),
        Subject.of(action).on(bulk.object()),
        "started",
        items.size() + " objects, task " + bulk.id());
    return new Started(bulk.id(), false, counts);
  }

  private static Bulk.Counts counts(List<BulkItem> items) {
    long failed = items.stream().filter(i -> i.state() == BulkItem.State.FAILED).count();
    long skipped = items.stream().filter(i -> i.state() == BulkItem.State.SKIPPED).count();
    return new Bulk.Counts(items.size(), 0, failed, skipped, 0);
  }

  private Optional<Bulk> unfinished(Stores stores, Bulk.Request request) {
    Instant oldest = clock.instant().minus(CONTINUED);
    return stores.bulks().newest(REMEMBERED).stream()
        .filter(bulk -> bulk.request().isLike(request))
        .findFirst()
        .filter(bulk -> bulk.state() != Task.State.SUCCEEDED)
        .filter(bulk -> !bulk.state().ended() || bulk.times().begun().isAfter(oldest))
        .flatMap(bulk -> stores.bulks().lock(bulk.id()));
  }

  /** Goes on with what is left, in the name of who asks now. */
  public Started resume(Caller caller, UUID id) {
    return submitted(
        caller,
        "task.resume",
        stores -> {
          Bulk bulk = stores.bulks().lock(id).orElseThrow(() -> notBulk(id));
          if (!bulk.state().ended()) {
            return new Started(id, true, bulk.counts());
          }
          if (bulk.state() == Task.State.SUCCEEDED) {
            throw new Refusal.Conflict(
                "task_done",
                "Task " + id + " is done; there is nothing left to resume. Nothing was changed.");
          }
          return new Started(id, true, goOn(stores, caller, bulk));
        });
  }

  private Bulk.Counts goOn(Stores stores, Caller caller, Bulk bulk) {
    Bulk.Counts left = stores.bulks().retry(bulk.id());
    Bulk again = bulk.resumed(left, clock.instant());
    stores.bulks().update(again);
    stores.bulks().reassign(bulk.id(), caller.name(), caller.address());
    audit.ok(
        stores,
        caller,
        Subject.of("task.resume").on(bulk.object()),
        left.waiting() + " objects are left, task " + bulk.id());
    return left;
  }

  /** Begins nothing more; what hosts have is finished. */
  public void cancel(Caller caller, UUID id) {
    audit.attempt(
        caller,
        Subject.named("task.cancel", "task", id.toString()),
        () ->
            transactions.in(stores -> {
              Bulk bulk = stores.bulks().lock(id).orElseThrow(() -> notBulk(id));
              if (bulk.state().ended()) {
                throw new Refusal.Conflict(
                    "task_ended", "Task " + id + " has ended already. Nothing was changed.");
              }
              stores.bulks().update(bulk.cancelling());
              audit.ok(stores, caller, Subject.of("task.cancel").on(bulk.object()), "task " + id);
              return true;
            }));
    taskNews.ring();
  }

  /** The bulk task with this id, if it is one. */
  public Optional<Bulk> find(UUID id) {
    return transactions.in(stores -> stores.bulks().find(id));
  }

  /** The newest first. */
  public List<Bulk> list(int limit) {
    return transactions.in(stores -> stores.bulks().newest(Math.clamp(limit, 1, 1000)));
  }

  /** It once its version is beyond {@code after}, it has ended, or {@code most} is over. */
  public Bulk await(UUID id, long after, Duration most) {
    long until = System.nanoTime() + most.toNanos();
    while (true) {
      long heard = taskNews.rings();
      Bulk bulk = find(id).orElseThrow(() -> notBulk(id));
      Duration left = Duration.ofNanos(until - System.nanoTime());
      if (bulk.version() > after
          || bulk.state().ended()
          || !left.isPositive()
          || Thread.currentThread().isInterrupted()) {
        return bulk;
      }
      if (!taskNews.await(heard, left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN)) {
        return bulk;
      }
    }
  }

  /** The objects of a bulk task, in the order of work, after a position. */
  public List<BulkItem> items(UUID id, Optional<BulkItem.State> state, long after, int limit) {
    return transactions.in(stores -> {
      Bulk bulk = stores.bulks().find(id).orElseThrow(() -> notBulk(id));
      return stores.bulks().items(bulk.id(), state, after, Math.clamp(limit, 1, 1000));
    });
  }

  static Optional<Cluster> cluster(Stores stores, Optional<String> nameOrId) {
    return nameOrId.map(name ->
        stores.estate().cluster(name).orElseThrow(() -> Refusal.NotFound.of("cluster", name)));
  }

  private static List<UUID> ids(Stores stores, List<String> names) {
    return names.stream().map(name -> Vms.require(stores, name).vm().id()).distinct().toList();
  }

  private static String title(Wanted wanted) {
    String which =
        switch (wanted.vms().size()) {
          case 0 -> "all VMs";
          case 1 -> "VM " + wanted.vms().getFirst();
          default -> wanted.vms().size() + " VMs";
        };
    return which + wanted.cluster().map(name -> " of cluster " + name).orElse("");
  }

  private static Refusal.NotFound notBulk(UUID id) {
    return new Refusal.NotFound(
        "task_not_found", "There is no task " + id + " over several objects. Nothing was changed.");
  }
}
