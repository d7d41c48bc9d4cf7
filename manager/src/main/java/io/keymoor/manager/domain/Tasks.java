package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.AuditEvent;
import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.model.VmWork;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.catalog.ProviderCatalog;
import io.keymoor.provider.catalog.ProviderEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Tasks and how they end. A task is one row; whoever changes it holds its lock, so several managers
 * may work on one database. Thread-safe.
 */
public final class Tasks {
  private static final String HOST_UNREACHABLE = "host_unreachable";
  private static final String KEY_NOT_DELIVERED = "key_not_delivered";

  /** Tasks that one transaction ends: few enough that nobody waits long for their locks. */
  private static final int PORTION = 500;

  private final Transactions transactions;
  private final Audit audit;
  private final Bell taskNews;
  private final Settings settings;
  private final InstantSource clock;

  public Tasks(
      Transactions transactions,
      Audit audit,
      Bell taskNews,
      Settings settings,
      InstantSource clock) {
    this.transactions = transactions;
    this.audit = audit;
    this.taskNews = taskNews;
    this.settings = settings;
    this.clock = clock;
  }

  /** The newest tasks first. */
  public List<Task> list(int limit) {
    return transactions.in(stores -> stores.tasks().newest(Math.clamp(limit, 1, 1000)));
  }

  public Task show(UUID id) {
    return transactions.in(stores -> stores.tasks().find(id).orElseThrow(() -> unknown(id)));
  }

  /** The task once its version is beyond {@code after}, it has ended, or {@code most} is over. */
  public Task await(UUID id, long after, Duration most) {
    long until = System.nanoTime() + most.toNanos();
    while (true) {
      long heard = taskNews.rings();
      Task task = show(id);
      Duration left = Duration.ofNanos(until - System.nanoTime());
      if (task.version() > after
          || task.state().ended()
          || left.isNegative()
          || left.isZero()
          || Thread.currentThread().isInterrupted()) {
        return task;
      }
      if (!taskNews.awaitNews(heard, left)) {
        return task;
      }
    }
  }

  /**
   * What whoever waits for a task has to know when its host has it and is not heard of; absent
   * where the host is heard of, and of a task that ended or never came to its host.
   */
  public Optional<String> silence(Task task) {
    if (task.state().ended() || task.times().delivered().isEmpty()) {
      return Optional.empty();
    }
    Instant lately = clock.instant().minus(settings.hostSilence());
    return transactions
        .in(stores -> stores.estate().host(task.host()))
        .filter(host -> host.lastSeen().filter(seen -> seen.isAfter(lately)).isEmpty())
        .map(host ->
            "Host "
                + host.name()
                + " "
                + since(host)
                + " and has this task, which stays open and goes on when the host is back. See that"
                + " its agent runs and reaches the manager.");
  }

  private static String since(Host host) {
    return host.lastSeen()
        .map(seen -> "has not been heard of since " + seen.truncatedTo(ChronoUnit.SECONDS))
        .orElse("has never connected");
  }

  /** Stops it where that is safe: at once while no host has it, else the host decides. */
  public void cancel(Caller caller, UUID id) {
    audit.attempt(
        caller,
        Subject.named("task.cancel", "task", id.toString()),
        () ->
            transactions.in(stores -> {
              Task task = stores.tasks().lock(id).orElseThrow(() -> unknown(id));
              if (task.state().ended()) {
                throw new Refusal.Conflict(
                    "task_ended", "Task " + id + " has ended already. Nothing was changed.");
              }
              audit.ok(stores, caller, Subject.of("task.cancel").on(task.object()), "task " + id);
              if (task.times().delivered().isEmpty()) {
                end(
                    stores,
                    task.cancelling(),
                    new Task.End.Cancelled("It was cancelled before a host had it."));
              } else {
                stores.tasks().update(task.cancelling());
              }
              return true;
            }));
    taskNews.ring();
  }

  /** The task with this id, if it is one of one object. */
  public Optional<Task> find(UUID id) {
    return transactions.in(stores -> stores.tasks().find(id));
  }

  /** Has it stand still where that is safe; one that stands still or will is left as it is. */
  public void pause(Caller caller, UUID id) {
    change(
        caller,
        "task.pause",
        id,
        task -> {
          Pausing.requirePausable(task);
          return task.pausing(clock.instant());
        });
  }

  /** Has it go on from where it stands still. */
  public void resume(Caller caller, UUID id) {
    change(
        caller,
        "task.resume",
        id,
        task -> {
          Pausing.requirePaused(task);
          return task.goingOn();
        });
  }

  private void change(Caller caller, String action, UUID id, UnaryOperator<Task> change) {
    audit.attempt(
        caller,
        Subject.named(action, "task", id.toString()),
        () ->
            transactions.in(stores -> {
              Task task = stores.tasks().lock(id).orElseThrow(() -> unknown(id));
              Task changed = change.apply(task);
              if (!changed.equals(task)) {
                audit.ok(stores, caller, Subject.of(action).on(task.object()), "task " + id);
                stores.tasks().update(changed);
              }
              return true;
            }));
    taskNews.ring();
  }

  /** Ends a task and audits its end in the same transaction. The caller rings the bell. */
  void end(Stores stores, Task task, Task.End how) {
    end(stores, Map.of(task, how));
  }

  /** Ends tasks and audits their ends in the same transaction. The caller rings the bell. */
  public void end(Stores stores, Map<Task, Task.End> ends) {
    Instant now = clock.instant();
    ProviderCatalog catalog = stores.providers().catalog();
    List<Task> ended = new ArrayList<>();
    List<AuditEvent> events = new ArrayList<>();
    ends.forEach((task, how) -> {
      ended.add(task.ended(how, now));
      events.add(event(catalog, task, how));
    });
    stores.tasks().end(ended);
    stores.audit().append(events);
  }

  private AuditEvent event(ProviderCatalog catalog, Task task, Task.End how) {
    String action = task.work().kind().replaceFirst("_", ".");
    Subject subject = keyed(catalog, Subject.of(action).on(task.object()), task.work());
    return switch (how) {
      case Task.End.Succeeded done ->
          audit.event(task.actor(), task.address(), subject, "ok", done.summary());
      case Task.End.Failed failed ->
          audit.event(
              task.actor(),
              task.address(),
              subject,
              "failed",
              failed.code() + ": " + failed.sentence());
      case Task.End.Cancelled stopped ->
          audit.event(task.actor(), task.address(), subject, "cancelled", stopped.summary());
    };
  }

  private static Subject keyed(ProviderCatalog catalog, Subject subject, VmWork work) {
    return switch (work) {
      case VmWork.Encrypt w -> keyed(catalog, subject, w.provider(), w.keyId());
      case VmWork.Rekey w -> keyed(catalog, subject, w.provider(), w.keyId());
      case VmWork.DeepRekey w -> keyed(catalog, subject, w.provider(), w.keyId());
      case VmWork.RekeyHost w -> keyed(catalog, subject, w.provider(), w.keyId());
      case VmWork.AddVtpm w -> keyed(catalog, subject, w.provider(), w.keyId());
      case VmWork.Decrypt _,
          VmWork.Start _,
          VmWork.Stop _,
          VmWork.Unlock _,
          VmWork.Migrate _,
          VmWork.RemoveVtpm _ ->
          subject;
    };
  }

  private static Subject keyed(ProviderCatalog catalog, Subject subject, UUID provider, KeyId key) {
    Optional<ProviderEntry> entry = catalog.find(provider);
    return entry.map(subject::with).orElse(subject).with(key);
  }

  /**
   * Fails what was never handed to its host within the time set, but for parts of bulk tasks, which
   * wait as long as those say. It takes as many short transactions as it needs: none holds up who
   * works.
   */
  public void failUnreachable() {
    int found = PORTION;
    while (found == PORTION) {
      found =
          transactions.in(stores -> {
            List<Task> overdue = stores.tasks().neverDelivered(deadline(), PORTION);
            failUnreachable(stores, overdue);
            return overdue.size();
          });
      if (found > 0) {
        taskNews.ring();
      }
    }
  }

  /** Fails tasks that no host has, each with what it waited for. The caller rings the bell. */
  public void failUnreachable(Stores stores, List<Task> overdue) {
    if (overdue.isEmpty()) {
      return;
    }
    Map<UUID, Host> hosts =
        stores.estate().hosts().stream().collect(Collectors.toMap(Host::id, Function.identity()));
    Map<Task, Task.End> ends = new LinkedHashMap<>();
    overdue.forEach(
        task -> ends.put(task, unreachable(task, Optional.ofNullable(hosts.get(task.host())))));
    end(stores, ends);
  }

  private static Task.End unreachable(Task task, Optional<Host> host) {
    String phase = task.progress().phase();
    if (!phase.isEmpty()) {
      return new Task.End.Failed(
          KEY_NOT_DELIVERED,
          "It was not started and nothing was changed: it "
              + phase.replaceFirst("^waits", "waited")
              + (phase.endsWith(".") ? "" : ".")
              + " Try again when the key provider is healthy (keymoor provider check).");
    }
    String name = host.map(Host::name).orElse(task.host().toString());
    String since = host.map(Tasks::since).orElse("has never connected");
    return new Task.End.Failed(
        HOST_UNREACHABLE,
        "Host "
            + name
            + " "
            + since
            + "; nothing was started. Check that its agent runs (keymoor host run) and reaches"
            + " the manager, then try again.");
  }

  /**
   * Whether a host's outcome counts: the task is open, or it was ended only because nothing was
   * heard of the host, which did it nevertheless and knows better.
   */
  static boolean takes(Task task, Task.End outcome) {
    return !task.state().ended()
        || (task.end().filter(Tasks::isPresumed).isPresent() && !isPresumed(outcome));
  }

  private static boolean isPresumed(Task.End end) {
    return end instanceof Task.End.Failed failed
        && (failed.code().equals(HOST_UNREACHABLE) || failed.code().equals(KEY_NOT_DELIVERED));
  }

  /** What is queued and was created before this waited longer than it may. */
  Instant deadline() {
    return clock.instant().minus(settings.startTimeout());
  }

  private static Refusal.NotFound unknown(UUID id) {
    return new Refusal.NotFound("task_not_found", "There is no task " + id + ".");
  }
}
