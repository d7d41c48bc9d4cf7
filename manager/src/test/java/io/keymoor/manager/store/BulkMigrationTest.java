package io.keymoor.manager.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.keymoor.database.SchemaRefused;
import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.BulkItem;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.testing.SharedDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database whose bulk tasks were stored with a row for each object goes on with all of them. */
class BulkMigrationTest {
  private static final UUID BULK = new UUID(1, 1);
  private static final UUID HOST = new UUID(2, 1);
  private static final UUID OTHER = new UUID(2, 2);
  private static final int OBJECTS = 300;

  private static UUID vm(int i) {
    return new UUID(3, i);
  }

  private static UUID task(int i) {
    return new UUID(4, i);
  }

  /** By turns, so that each kind is on each of its pages. */
  private static String state(int i) {
    return List.of("waiting", "open", "ok", "failed", "skipped").get(i % 5);
  }

  private static void fill(Statement statement) throws SQLException {
    statement.execute(
        """
        INSERT INTO bulk (id, version, kind, vms, title, actor, address, state, phase, total, ok,
          failed, skipped, open, cancel_requested, created, begun, done_before)
        VALUES ('%s', 7, 'vms_rekey', '{}', 'all VMs', 'admin:a', '127.0.0.1', 'running', '', 301,
          60, 60, 60, 60, false, now(), now(), 0)\
        """
            .formatted(BULK));
    for (int i = 0; i < OBJECTS; i++) {
      boolean had = !state(i).equals("waiting") && !state(i).equals("skipped");
      statement.execute(
          String.format(
              Locale.ROOT,
              "INSERT INTO bulk_item (bulk, position, type, object, name, host, provider, state,"
                  + " task, code, detail) VALUES ('%s', %d, 'vm', '%s', 'vm%d', '%s', '%s', '%s',"
                  + " %s, '%s', '')",
              BULK,
              i,
              vm(i),
              i,
              i % 2 == 0 ? HOST : OTHER,
              new UUID(5, i % 3),
              state(i),
              had ? "'" + task(i) + "'" : "NULL",
              state(i).equals("failed") ? "host_went_away" : ""));
      if (had) {
        statement.execute(
            String.format(
                Locale.ROOT,
                "INSERT INTO task (id, version, vm, vm_name, host, kind, changes_keys, parts,"
                    + " provider, key_id, flag, actor, address, state, phase, done, total, unit,"
                    + " cancel_requested, warnings, created, bulk, ended, late) VALUES ('%s', 1,"
                    + " '%s', 'vm', '%s', 'vm_rekey', true, '{}', '%s', 'k', false, 'a', 'b',"
                    + " '%s', '', 0, 0, 'steps', false, '{}', now(), '%s', %s, %b)",
                task(i),
                vm(i),
                i % 2 == 0 ? HOST : OTHER,
                new UUID(5, i % 3),
                state(i).equals("ok") ? "succeeded" : "running",
                BULK,
                state(i).equals("ok") ? "now()" : "NULL",
                state(i).equals("failed")));
      }
    }
    statement.execute(
        """
        INSERT INTO bulk_item (bulk, position, type, object, name, host, provider, state, code,
          detail)
        VALUES ('%s', %d, 'host', '%s', 'kvm1', '%s', '%s', 'waiting', '', '')\
        """
            .formatted(BULK, OBJECTS, HOST, HOST, new UUID(5, 0)));
  }

  private static String state(BulkItem item) {
    return item.state().name().toLowerCase(Locale.ROOT);
  }

  @Test
  void objectsTheirStatesAndTheTasksThatHostsStillHaveAreKept(@TempDir Path directory)
      throws SQLException {
    try (SharedDatabase server = SharedDatabase.start(directory)) {
      String url = Objects.requireNonNull(server.settings().get("url")).toString();
      String user = Objects.requireNonNull(server.settings().get("user")).toString();
      Flyway.configure()
          .dataSource(url, user, SharedDatabase.PASSWORD)
          .locations("classpath:" + Database.MIGRATIONS.folder())
          .target("31")
          .load()
          .migrate();
      try (Connection connection = DriverManager.getConnection(url, user, SharedDatabase.PASSWORD);
          Statement statement = connection.createStatement()) {
        fill(statement);
      }
      try (SharedDatabase.Life _ = server.otherManager()) {
        assertThatThrownBy(server::open)
            .isInstanceOf(SchemaRefused.class)
            .hasMessageContaining("A manager of an older version still runs on this database.");
      }
      try (Database database = server.open()) {
        List<BulkItem> items =
            database.in(stores -> stores.bulks().items(BULK, Optional.empty(), -1, 1000));
        assertThat(items).hasSize(OBJECTS + 1);
        assertThat(items.getLast())
            .extracting(item -> item.object().type(), BulkItem::id, BulkItem::state)
            .containsExactly("host", HOST, BulkItem.State.WAITING);
        assertThat(items.subList(0, OBJECTS))
            .allSatisfy(item -> {
              int i = (int) item.id().getLeastSignificantBits();
              assertThat(item.id()).isEqualTo(vm(i));
              assertThat(item.object().name()).isEqualTo("vm" + i);
              assertThat(item.host()).isEqualTo(i % 2 == 0 ? HOST : OTHER);
              assertThat(item.provider()).isEqualTo(new UUID(5, i % 3));
              assertThat(state(item)).isEqualTo(state(i));
              assertThat(item.task())
                  .isEqualTo(i % 5 == 0 || i % 5 == 4 ? Optional.empty() : Optional.of(task(i)));
            });
        assertThat(database.<Bulk.Counts>in(stores -> stores.bulks().settle(BULK)))
            .isEqualTo(Bulk.Counts.NONE);

        // One that its host had, and one whose host had been given up.
        for (int i : List.of(1, 3)) {
          database.in(stores -> {
            Task task = stores.tasks().lock(List.of(task(i))).getFirst();
            stores
                .tasks()
                .end(
                    List.of(task.ended(new Task.End.Succeeded("Done.", List.of()), Instant.now())));
            return true;
          });
        }
        assertThat(database.<Bulk.Counts>in(stores -> stores.bulks().settle(BULK)))
            .isEqualTo(new Bulk.Counts(0, 1, 0, 0, -1));
        assertThat(database.<Bulk.Counts>in(stores -> stores.bulks().settleLate(BULK)))
            .isEqualTo(new Bulk.Counts(0, 1, -1, 0, 0));
        List<BulkItem> ok =
            database.in(
                stores -> stores.bulks().items(BULK, Optional.of(BulkItem.State.OK), -1, 1000));
        assertThat(ok).extracting(BulkItem::id).contains(vm(1), vm(3)).hasSize(62);
        assertThat(ok).extracting(BulkItem::detail).contains("Done.");
        assertThat(
                database.<List<BulkItem>>in(
                    stores -> stores.bulks().wave(BULK, List.of(HOST, OTHER), 1000, 1000)))
            .extracting(BulkItem::state, BulkItem::isHost)
            .contains(tuple(BulkItem.State.WAITING, true), tuple(BulkItem.State.WAITING, false))
            .hasSize(61);
      }
    }
  }
}
