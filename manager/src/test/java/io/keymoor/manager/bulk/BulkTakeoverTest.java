package io.keymoor.manager.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.keymoor.manager.domain.bulk.BulkDriver;
import io.keymoor.manager.domain.model.AuditEvent;
import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.BulkItem;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.model.VmWork;
import io.keymoor.manager.domain.port.KeyIssuing;
import io.keymoor.manager.store.Database;
import io.keymoor.manager.testing.SharedDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bulk tasks while managers take over from each other, and hosts come late or never. */
class BulkTakeoverTest {
  private static final Duration OVER = BulkEstate.SILENCE.multipliedBy(3).plusSeconds(1);
  private static final Task.End DONE = new Task.End.Succeeded("Rekeyed.", List.of());

  @TempDir private static Path directory = Path.of("");
  private static @Nullable SharedDatabase server;
  private static @Nullable Database database;

  @BeforeAll
  static void startDatabase() {
    server = SharedDatabase.start(directory);
    database = server().open();
  }

  @AfterAll
  static void stopDatabase() {
    database().close();
    server().close();
  }

  private static SharedDatabase server() {
    return Objects.requireNonNull(server);
  }

  private static Database database() {
    return Objects.requireNonNull(database);
  }

  private static BulkEstate estate(String name, int hosts, int vms) {
    return new BulkEstate(database(), name, hosts, vms);
  }

  private static void run(BulkDriver driver) {
    int most = 1000;
    while (driver.step()) {
      assertThat(most--).as("steps that are left").isPositive();
    }
  }

  @Test
  void whatAnotherManagerOpenedWhileKeysWereMadeIsLeftToIt() {
    BulkEstate estate = estate("twice", 2, 3);
    BulkDriver other = estate.driver(KeyIssuing.derived());
    AtomicBoolean taken = new AtomicBoolean();
    BulkDriver slow =
        estate.driver((provider, purposes) -> {
          if (taken.compareAndSet(false, true)) {
            other.step();
            estate.done(estate.take(estate.hosts.getFirst()));
          }
          return KeyIssuing.derived().issue(provider, purposes);
        });
    UUID task = estate.rekey();

    run(slow);
    estate.done(estate.take(estate.hosts.getLast()));
    run(slow);

    Bulk bulk = estate.bulk(task);
    assertThat(bulk.counts()).isEqualTo(new Bulk.Counts(6, 6, 0, 0, 0));
    assertThat(bulk.state()).isEqualTo(Task.State.SUCCEEDED);
    assertThat(events(estate, "vm.rekey", "started")).as("no object twice").hasSize(6);
    assertThat(events(estate, "vm.rekey", "ok")).hasSize(6);
  }

  @Test
  void anObjectOfAHostThatWentAwayGetsTheResultThatTheHostTellsLater() {
    BulkEstate estate = estate("late", 2, 3);
    BulkDriver driver = estate.driver(KeyIssuing.derived());
    UUID gone = estate.hosts.getLast();
    UUID task = estate.rekey();
    run(driver);
    estate.done(estate.take(estate.hosts.getFirst()));
    List<Task> away = estate.take(gone);

    estate.forward(OVER);
    run(driver);
    Bulk ended = estate.bulk(task);
    assertThat(ended.counts()).isEqualTo(new Bulk.Counts(6, 3, 3, 0, 0));
    assertThat(sentence(ended))
        .contains("3 of 6 are done, 3 failed")
        .contains("as it was, but for 3 that hosts which went away may have done");
    assertThat(estate.items(task, BulkItem.State.FAILED))
        .allSatisfy(item -> {
          assertThat(item.code()).isEqualTo(BulkItem.WENT_AWAY);
          assertThat(item.detail()).contains("late-host1 has it and went away: it may be done");
        });
    assertThat(estate.open(gone)).as("they are the host's still").hasSize(3);

    estate.done(away.subList(0, 2));
    estate.end(away.getLast(), new Task.End.Failed("host_storage_failed", "It is read-only."));
    run(driver);
    Bulk told = estate.bulk(task);
    assertThat(told.counts()).isEqualTo(new Bulk.Counts(6, 5, 1, 0, 0));
    assertThat(sentence(told)).startsWith("5 of 6 are done, 1 failed").contains("as it was. See");
    assertThat(estate.items(task, BulkItem.State.FAILED))
        .extracting(BulkItem::code, BulkItem::detail)
        .containsExactly(tuple("host_storage_failed", "It is read-only."));
  }

  @Test
  void aBulkTaskWhoseLastResultsComeAfterItsEndHasSucceededAndTheTrailSaysSo() {
    BulkEstate estate = estate("after", 1, 2);
    BulkDriver driver = estate.driver(KeyIssuing.derived());
    UUID task = estate.rekey();
    run(driver);
    List<Task> away = estate.take(estate.hosts.getFirst());
    estate.forward(OVER);
    run(driver);
    assertThat(estate.bulk(task).state()).isEqualTo(Task.State.FAILED);

    estate.done(away);
    run(driver);

    assertThat(estate.bulk(task).state()).isEqualTo(Task.State.SUCCEEDED);
    assertThat(estate.bulk(task).counts()).isEqualTo(new Bulk.Counts(2, 2, 0, 0, 0));
    assertThat(events(estate, "vm.rekey_many", "failed")).hasSize(1);
    assertThat(events(estate, "vm.rekey_many", "ok"))
        .extracting(AuditEvent::detail)
        .containsExactly("2 of 2 VMs are rekeyed.");
    assertThat(events(estate, "vm.rekey", "ok")).hasSize(2);
  }

  @Test
  void aResumeWaitsForTheHostThatStillHasIt() {
    BulkEstate estate = estate("resumed", 1, 2);
    BulkDriver driver = estate.driver(KeyIssuing.derived());
    UUID task = estate.rekey();
    run(driver);
    List<Task> away = estate.take(estate.hosts.getFirst());
    estate.forward(OVER);
    run(driver);

    estate.seen(estate.hosts.getFirst());
    estate.end(away.getFirst(), DONE);
    estate.bulks.resume(BulkEstate.ADMIN, task);
    run(driver);
    assertThat(estate.bulk(task).counts()).isEqualTo(new Bulk.Counts(2, 1, 0, 0, 1));
    assertThat(estate.items(task, BulkItem.State.OPEN))
        .extracting(BulkItem::task)
        .containsExactly(Optional.of(away.getLast().id()));

    estate.end(away.getLast(), DONE);
    run(driver);
    assertThat(estate.bulk(task).state()).isEqualTo(Task.State.SUCCEEDED);
    assertThat(events(estate, "vm.rekey", "started")).hasSize(2);
  }

  @Test
  void whatNoHostHadIsEndedAndIsNotBegunLater() {
    BulkEstate estate = estate("never", 1, 2);
    BulkDriver driver = estate.driver(KeyIssuing.derived());
    UUID task = estate.rekey();
    run(driver);
    List<Task> waiting = estate.open(estate.hosts.getFirst());

    estate.forward(OVER);
    run(driver);
    assertThat(estate.open(estate.hosts.getFirst())).isEmpty();
    assertThat(estate.items(task, BulkItem.State.FAILED))
        .hasSize(2)
        .allSatisfy(item -> {
          assertThat(item.code()).isEqualTo("host_unreachable");
          assertThat(item.detail()).contains("nothing was started");
        });
    assertThat(sentence(estate.bulk(task))).contains("what failed is as it was. See why");

    // A host may know better all the same, and then the task does, too.
    estate.end(waiting.getFirst(), DONE);
    run(driver);
    assertThat(estate.bulk(task).counts()).isEqualTo(new Bulk.Counts(2, 1, 1, 0, 0));
  }

  @Test
  void hostsOfALostManagerAreWaitedForFromItsLossOn() {
    BulkEstate estate = estate("lost", 1, 2);
    BulkDriver driver = estate.driver(KeyIssuing.derived());
    UUID host = estate.hosts.getFirst();
    UUID task;
    try (SharedDatabase.Life _ = server().otherManager()) {
      estate.forward(OVER);
      estate.seen(host);
      task = estate.rekey();
      run(driver);
      estate.forward(BulkEstate.SILENCE.plusSeconds(1));
    }
    run(driver);
    estate.tasks.failUnreachable();
    estate.forward(OVER.minusSeconds(10));
    run(driver);
    estate.tasks.failUnreachable();
    assertThat(estate.bulk(task).counts()).isEqualTo(new Bulk.Counts(2, 0, 0, 0, 2));

    estate.seen(host);
    estate.done(estate.take(host));
    run(driver);
    assertThat(estate.bulk(task).state()).isEqualTo(Task.State.SUCCEEDED);
  }

  @Test
  void whatWaitsForAKeyTooLongFailsWithThatReason() {
    BulkEstate estate = estate("keyless", 1, 1);
    BulkDriver driver = estate.driver(KeyIssuing.derived());
    UUID host = estate.hosts.getFirst();
    UUID task = estate.rekey();
    run(driver);
    estate.waits(estate.open(host), "waits until host x has its keys back");
    estate.forward(OVER);
    estate.seen(host);
    run(driver);

    assertThat(estate.items(task, BulkItem.State.FAILED))
        .extracting(BulkItem::code, BulkItem::detail)
        .containsExactly(
            tuple(
                "key_not_delivered",
                "It was not started and nothing was changed: it waited until host x has its keys"
                    + " back. Try again when the key provider is healthy (keymoor provider"
                    + " check)."));
  }

  @Test
  void objectsOfAHostThatWasRemovedAreSkipped() {
    BulkEstate estate = estate("removed", 2, 1);
    BulkDriver driver = estate.driver(KeyIssuing.derived());
    UUID task = estate.rekey();
    estate.remove(estate.hosts.getLast());
    run(driver);
    estate.done(estate.take(estate.hosts.getFirst()));
    run(driver);

    assertThat(estate.bulk(task).counts()).isEqualTo(new Bulk.Counts(2, 1, 0, 1, 0));
    assertThat(estate.bulk(task).state()).isEqualTo(Task.State.SUCCEEDED);
  }

  @Test
  void manyOverdueTasksEndEachOnce() {
    BulkEstate estate = estate("overdue", 1, 1);
    UUID host = estate.hosts.getFirst();
    int many = 1001;
    database()
        .in(stores -> {
          for (int i = 0; i < many; i++) {
            stores.tasks().insert(start(estate, host, "overdue-" + i));
          }
          return true;
        });
    estate.tasks.failUnreachable();
    assertThat(estate.open(host)).hasSize(many);

    estate.forward(BulkEstate.START.plusSeconds(1));
    estate.tasks.failUnreachable();
    assertThat(estate.open(host)).isEmpty();
    assertThat(
            server()
                .number(
                    "SELECT count(DISTINCT object_id) FROM audit_event WHERE action = 'vm.start'"
                        + " AND detail LIKE 'host_unreachable: Host overdue-host0 has not been%'"))
        .isEqualTo(many);
    assertThat(server().number("SELECT count(*) FROM audit_event WHERE action = 'vm.start'"))
        .isEqualTo(many);
  }

  private static Task start(BulkEstate estate, UUID host, String vm) {
    return new Task(
        UUID.randomUUID(),
        1,
        UUID.randomUUID(),
        vm,
        host,
        new VmWork.Start(),
        "admin:test",
        "",
        Task.State.QUEUED,
        Task.Progress.NONE,
        false,
        Optional.empty(),
        Optional.empty(),
        new Task.Times(estate.now(), Optional.empty(), Optional.empty(), Optional.empty()));
  }

  private static String sentence(Bulk bulk) {
    return ((Task.End.Failed) bulk.end().orElseThrow()).sentence();
  }

  /** What the trail has about this estate's VMs, or its bulk task. */
  private static List<AuditEvent> events(BulkEstate estate, String action, String result) {
    return estate.audit.list(OptionalLong.empty(), 1000).stream()
        .filter(event -> event.action().equals(action) && event.result().equals(result))
        .filter(event -> estate.has(event))
        .toList();
  }
}
