package io.keymoor.manager.domain.bulk;

import io.keymoor.manager.domain.Audit;
import io.keymoor.manager.domain.Subject;
import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.BulkItem;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.port.Stores;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The last steps of a bulk task: waiting for the last hosts, verification, its own end. */
final class Ending {
  private static final int MANY = 100_000;

  private final Audit audit;
  private final Judgement judgement;
  private final Duration patience;
  private final InstantSource clock;

  /**
   * @param reportInterval how often hosts report when nothing changed
   */
  Ending(Audit audit, Judgement judgement, Duration reportInterval, InstantSource clock) {
    this.audit = audit;
    this.judgement = judgement;
    this.patience = reportInterval.multipliedBy(3).plusSeconds(10);
    this.clock = clock;
  }

  /**
   * Nothing waits any more; {@code bulk} is as it should be stored.
   *
   * @return whether it stored it
   */
  boolean settle(Stores stores, Bulk bulk) {
    if (bulk.counts().open() > 0) {
      return giveUp(stores, bulk);
    }
    return switch (bulk.request().kind()) {
      case REKEY -> ended(stores, bulk);
      case CHANGE_PROVIDER -> verified(stores, bulk);
    };
  }

  /** A host that went away in the middle finishes when it is back; the others' results count. */
  private boolean giveUp(Stores stores, Bulk bulk) {
    Map<UUID, Host> silent =
        stores.estate().hosts().stream()
            .filter(judgement::silent)
            .collect(Collectors.toMap(Host::id, Function.identity()));
    if (silent.isEmpty()) {
      return false;
    }
    List<BulkItem> lost =
        stores.bulks().items(bulk.id(), Optional.of(BulkItem.State.OPEN), -1, MANY).stream()
            .filter(item -> silent.containsKey(item.host()))
            .map(item ->
                item.concluded(
                    BulkItem.State.FAILED,
                    "host_unreachable",
                    Sentences.wentAway(
                        silent.getOrDefault(item.host(), silent.values().iterator().next()))))
            .toList();
    if (lost.isEmpty()) {
      return false;
    }
    fail(stores, bulk, lost, new Bulk.Counts(0, 0, lost.size(), 0, -lost.size()));
    return true;
  }

  private static void fail(Stores stores, Bulk bulk, List<BulkItem> items, Bulk.Counts change) {
    stores.bulks().update(bulk.id(), items);
    stores.bulks().update(bulk.at(bulk.phase(), bulk.counts().plus(change)));
  }

  /** What came under the old provider meanwhile is moved too; then hosts confirm what they have. */
  private boolean verified(Stores stores, Bulk bulk) {
    int more = stores.bulks().add(bulk.id(), Selection.of(stores, bulk.request()));
    if (more > 0) {
      Bulk.Counts counts = bulk.counts().plus(new Bulk.Counts(more, 0, 0, 0, 0));
      stores.bulks().update(bulk.at("moving what was added meanwhile", counts));
      return true;
    }
    List<BulkItem> unconfirmed = stores.bulks().unconfirmed(bulk.id(), MANY);
    if (unconfirmed.isEmpty()) {
      return ended(stores, bulk);
    }
    Instant now = clock.instant();
    if (bulk.times().verifying().isEmpty()) {
      stores.bulks().update(bulk.verifying("waits for the hosts to confirm", now));
      return true;
    }
    if (now.isBefore(bulk.times().verifying().get().plus(patience))) {
      return false;
    }
    List<BulkItem> wrong =
        unconfirmed.stream()
            .map(item ->
                item.concluded(BulkItem.State.FAILED, "not_confirmed", Sentences.notConfirmed()))
            .toList();
    fail(stores, bulk, wrong, new Bulk.Counts(0, -wrong.size(), wrong.size(), 0, 0));
    return true;
  }

  private boolean ended(Stores stores, Bulk bulk) {
    return end(
        stores,
        bulk,
        bulk.counts().failed() == 0
            ? new Task.End.Succeeded(Sentences.done(bulk), List.of())
            : new Task.End.Failed("bulk_incomplete", Sentences.incomplete(bulk)));
  }

  void cancelled(Stores stores, Bulk bulk) {
    end(stores, bulk, new Task.End.Cancelled(Sentences.stopped(bulk)));
  }

  /** Nothing more can be done now; the objects that wait are as they were. */
  void broken(Stores stores, Bulk bulk, String reason) {
    end(stores, bulk, new Task.End.Failed("provider_unusable", Sentences.broken(bulk, reason)));
  }

  private boolean end(Stores stores, Bulk bulk, Task.End how) {
    stores.bulks().update(bulk.ended(how, clock.instant()));
    String action =
        switch (bulk.request().kind()) {
          case REKEY -> "vm.rekey_many";
          case CHANGE_PROVIDER -> ProviderChange.ACTION;
        };
    Subject subject = Subject.of(action).on(bulk.object());
    switch (how) {
      case Task.End.Succeeded done -> write(stores, bulk, subject, "ok", done.summary());
      case Task.End.Failed failed ->
          write(stores, bulk, subject, "failed", failed.code() + ": " + failed.sentence());
      case Task.End.Cancelled stopped ->
          write(stores, bulk, subject, "cancelled", stopped.summary());
    }
    return true;
  }

  private void write(Stores stores, Bulk bulk, Subject subject, String result, String detail) {
    audit.write(stores, bulk.actor(), bulk.address(), subject, result, detail);
  }
}
