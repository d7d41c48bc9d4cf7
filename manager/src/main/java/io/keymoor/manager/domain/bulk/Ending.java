package io.keymoor.manager.domain.bulk;

import io.keymoor.manager.domain.Audit;
import io.keymoor.manager.domain.Subject;
import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.BulkItem;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.port.Stores;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** The last steps of a bulk task: verification, its own end, and what comes after that. */
final class Ending {
  private static final int MANY = 100_000;
  private static final String INCOMPLETE = "bulk_incomplete";

  private final Audit audit;
  private final Duration patience;
  private final InstantSource clock;

  /**
   * @param reportInterval how often hosts report when nothing changed
   */
  Ending(Audit audit, Duration reportInterval, InstantSource clock) {
    this.audit = audit;
    this.patience = reportInterval.multipliedBy(3).plusSeconds(10);
    this.clock = clock;
  }

  /**
   * Nothing waits any more and no host has any of it; {@code bulk} is as it should be stored.
   *
   * @return whether it stored it
   */
  boolean settle(Stores stores, Bulk bulk) {
    return switch (bulk.request().kind()) {
      case REKEY -> ended(stores, bulk);
      case CHANGE_PROVIDER -> verified(stores, bulk);
    };
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
            : incomplete(stores, bulk));
  }

  private static Task.End incomplete(Stores stores, Bulk bulk) {
    return new Task.End.Failed(
        INCOMPLETE, Sentences.incomplete(bulk, stores.bulks().givenUp(bulk.id())));
  }

  /**
   * Hosts told results of a bulk task that had ended: it says what is true now, and so does the
   * audit trail.
   */
  void amended(Stores stores, Bulk before, Bulk.Counts counts) {
    Bulk now = before.at(before.phase(), counts);
    Task.End how =
        switch (before.end().orElseThrow()) {
          case Task.End.Failed failed when failed.code().equals(INCOMPLETE) -> whole(stores, now);
          case Task.End.Failed failed ->
              new Task.End.Failed(failed.code(), Sentences.counted(failed.sentence(), before, now));
          case Task.End.Cancelled stopped ->
              new Task.End.Cancelled(Sentences.counted(stopped.summary(), before, now));
          case Task.End.Succeeded done -> done;
        };
    end(stores, now, how);
  }

  private static Task.End whole(Stores stores, Bulk bulk) {
    if (bulk.counts().failed() > 0) {
      return incomplete(stores, bulk);
    }
    return switch (bulk.request().kind()) {
      case REKEY -> new Task.End.Succeeded(Sentences.done(bulk), List.of());
      // Hosts' reports are a part of such a task.
      case CHANGE_PROVIDER -> new Task.End.Failed(INCOMPLETE, Sentences.doneLate(bulk));
    };
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
