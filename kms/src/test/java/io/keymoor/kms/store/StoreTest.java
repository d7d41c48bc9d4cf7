package io.keymoor.kms.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.kms.audit.AuditEvent;
import io.keymoor.kms.policy.Client;
import io.keymoor.kms.policy.GroupPermission;
import io.keymoor.kms.policy.Policy;
import io.keymoor.kms.policy.Right;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
  private static final Instant NOW = Instant.parse("2026-11-25T08:00:00Z");

  @TempDir private static Path directory;
  private static EmbeddedDatabase server;
  private static Database database;
  private static GroupCommit commit;
  private static Objects objects;

  @BeforeAll
  static void start() {
    server = EmbeddedDatabase.start(directory, new SecureRandom());
    database = Database.open(server.address(), 4, Database.Sharing.ALONE);
    commit = new GroupCommit(database);
    objects = new Objects(database);
  }

  @AfterAll
  static void stop() {
    commit.close();
    database.close();
    server.close();
  }

  @Test
  void theEmbeddedDatabaseIsDurableAndAsksForAPassword() {
    for (String setting : List.of("fsync", "full_page_writes", "synchronous_commit")) {
      String value =
          database
              .jdbi()
              .withHandle(h -> h.createQuery("show " + setting).mapTo(String.class).one());
      assertThat(value).as(setting).isEqualTo("on");
    }
    assertThatThrownBy(
            () -> DriverManager.getConnection(server.address().url(), "postgres", "guess"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("password authentication failed");
  }

  @Test
  void aSecondNodeCannotTakeADatabaseThatOneHasForItself() {
    for (Database.Sharing sharing : List.of(Database.Sharing.ALONE, Database.Sharing.SHARED)) {
      assertThatThrownBy(() -> Database.open(server.address(), 2, sharing))
          .isInstanceOf(KmsStoreException.Taken.class)
          .hasMessageContaining("Another KMS node");
    }
    assertThatThrownBy(() -> EmbeddedDatabase.start(directory, new SecureRandom()))
        .isInstanceOf(KmsStoreException.Taken.class)
        .hasMessageContaining("Another node works on");
  }

  @Test
  void tablesOfANewerVersionAreRefusedInASentence() {
    database
        .jdbi()
        .useHandle(handle ->
            handle.execute(
                "insert into kms_schema_history values (999, '999', 'later', 'SQL',"
                    + " 'V999__later.sql', 1, 'postgres', now(), 1, true)"));
    try {
      assertThatThrownBy(() -> Database.open(server.address(), 2, Database.Sharing.BESIDE))
          .isInstanceOf(KmsStoreException.Unavailable.class)
          .hasMessageContaining("newer version of Keymoor");
    } finally {
      database
          .jdbi()
          .useHandle(
              handle -> handle.execute("delete from kms_schema_history where version = '999'"));
    }
    Database.open(server.address(), 2, Database.Sharing.BESIDE).close();
  }

  @Test
  void whatWasWrittenIsReadBack() {
    write(new Change.Insert(row("read-1", "alice", 1), Set.of()));
    ObjectRow found = objects.find("read-1").orElseThrow();
    assertThat(found.owner()).isEqualTo("alice");
    assertThat(found.material().orElseThrow()).isEqualTo(new byte[] {1, 2, 3});
    assertThat(found.attributes()).isEqualTo("attributes".getBytes(UTF_8));
    assertThat(objects.find("read-2")).isEmpty();
  }

  @Test
  void aChangeOfAnOlderRevisionIsRefusedAndLeavesNoTrace() {
    write(new Change.Insert(row("old-1", "alice", 1), Set.of()));
    write(new Change.Update(row("old-1", "alice", 2), false, Set.of(), false));
    WriteUnit stale =
        new WriteUnit(
            List.of(
                new Change.Insert(row("old-2", "alice", 1), Set.of()),
                new Change.Update(row("old-1", "alice", 2), false, Set.of(), false)),
            List.of());
    assertThatThrownBy(() -> commit.write(stale)).isInstanceOf(KmsStoreException.Conflict.class);
    assertThat(objects.find("old-2")).isEmpty();
  }

  @Test
  void manyWritersAtOnceAreAllServedAndConflictsHurtOnlyThemselves() throws Exception {
    write(new Change.Insert(row("many-contended", "alice", 1), Set.of()));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> inserts = new ArrayList<>();
      List<Future<?>> updates = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        ObjectRow fresh = row("many-" + i, "alice", 1);
        inserts.add(threads.submit(() -> write(new Change.Insert(fresh, Set.of()))));
        if (i % 10 == 0) {
          ObjectRow same = row("many-contended", "alice", 2);
          updates.add(threads.submit(() -> write(new Change.Update(same, false, Set.of(), false))));
        }
      }
      for (Future<?> insert : inserts) {
        insert.get();
      }
      assertThat(updates.stream().filter(StoreTest::succeeded).count()).isEqualTo(1);
    }
    assertThat(IntStream.range(0, 500).filter(i -> objects.find("many-" + i).isEmpty())).isEmpty();
  }

  @Test
  void objectsAreFoundByIndexKeysKindAndOwnerNewestFirst() {
    IndexKey red = IndexKey.of("x-colour", "red");
    IndexKey round = IndexKey.of("x-shape", "round");
    write(new Change.Insert(row("find-1", "alice", 1), Set.of(red)));
    write(new Change.Insert(row("find-2", "alice", 1), Set.of(red, round)));
    write(new Change.Insert(row("find-3", "bob", 1), Set.of(red, round)));
    assertThat(found(Set.of(red), Optional.empty())).containsExactly("find-3", "find-2", "find-1");
    assertThat(found(Set.of(red, round), Optional.empty())).containsExactly("find-3", "find-2");
    assertThat(found(Set.of(red, round), Optional.of(Set.of("alice")))).containsExactly("find-2");
    assertThat(found(Set.of(IndexKey.of("x-colour", "blue")), Optional.empty())).isEmpty();

    write(new Change.Update(row("find-2", "alice", 2), false, Set.of(round), true));
    assertThat(found(Set.of(red), Optional.empty())).containsExactly("find-3", "find-1");
    write(new Change.Delete("find-3", 1));
    assertThat(found(Set.of(red), Optional.empty())).containsExactly("find-1");
    assertThat(found(Set.of(round), Optional.empty())).containsExactly("find-2");
  }

  @Test
  void aNameIsHeldByOneLivingObjectOfAnOwner() {
    IndexKey name = IndexKey.of("Name", "only").onlyOnce();
    write(new Change.Insert(row("name-1", "alice", 1), Set.of(name)));
    write(new Change.Insert(row("name-2", "bob", 1), Set.of(name)));
    assertThat(objects.holder("alice", name)).contains("name-1");
    assertThat(objects.holder("carol", name)).isEmpty();
    assertThatThrownBy(() -> write(new Change.Insert(row("name-3", "alice", 1), Set.of(name))))
        .isInstanceOf(KmsStoreException.Conflict.class);
    write(new Change.Update(row("name-1", "alice", 2), false, Set.of(), true));
    write(new Change.Insert(row("name-3", "alice", 1), Set.of(name)));
  }

  @Test
  void destroyingMaterialTakesItOutOfTheRow() {
    write(new Change.Insert(row("gone-1", "alice", 1), Set.of()));
    ObjectRow before = row("gone-1", "alice", 2);
    ObjectRow without =
        new ObjectRow(
            before.id(), 2, "alice", 5, false, 2, Optional.empty(), 1, before.attributes());
    write(new Change.Update(without, true, Set.of(), false));
    assertThat(objects.find("gone-1").orElseThrow().material()).isEmpty();
    assertThat(objects.find("gone-1").orElseThrow().state()).isEqualTo(5);
  }

  @Test
  void changesCarryTheirAuditAndReadsFollowSoon() {
    AuditEvents events = new AuditEvents(database);
    AuditEvent change = event("Create", "audit-1");
    commit.write(
        new WriteUnit(
            List.of(new Change.Insert(row("audit-1", "alice", 1), Set.of())), List.of(change)));
    try (AuditLog log = new AuditLog(commit)) {
      assertThat(events.latest("audit-1", 10)).containsExactly(change);
      AuditEvent read = event("Get", "audit-1");
      log.record(read);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> assertThat(events.latest("audit-1", 10)).containsExactly(read, change));
      log.record(event("Destroy", "audit-2"));
    }
    assertThat(events.latest("audit-2", 10)).as("closing writes what waits").hasSize(1);
  }

  @Test
  void clientsAreKnownByTheirCertificatesAndShareAsTheirGroupSays() {
    Clients clients = new Clients(database);
    Client ann = new Client("ann", Optional.of("lab"), false);
    Client ben = new Client("ben", Optional.of("lab"), false);
    Client ada = new Client("ada", Optional.empty(), true);
    for (Client client : List.of(ann, ben, ada)) {
      assertThat(
              clients.add(
                  new Clients.Entry(client, Optional.empty()),
                  new Clients.Certificate("fp-" + client.name(), NOW),
                  NOW))
          .isTrue();
    }
    assertThat(clients.byCertificate("fp-ann").map(Clients.Entry::client)).contains(ann);
    assertThat(clients.byCertificate("fp-nobody")).isEmpty();
    assertThat(clients.visibleOwners(ann)).containsExactly("ann", "ben");

    Policy policy = new Policy(clients);
    assertThat(policy.allows(ann, "ben", Right.OBTAIN)).isTrue();
    assertThat(policy.allows(ann, "ben", Right.END)).isFalse();
    assertThat(policy.allows(ada, "ben", Right.END)).isTrue();
    assertThat(policy.allows(ada, "ben", Right.OBTAIN)).isFalse();
    clients.permit("lab", GroupPermission.NONE);
    assertThat(policy.allows(ann, "ben", Right.SEE)).isFalse();
    assertThat(policy.allows(ann, "ann", Right.END)).isTrue();
    assertThat(clients.visibleOwners(ann)).containsExactly("ann");

    Clients.Entry other =
        new Clients.Entry(new Client("ann", Optional.of("lab"), true), Optional.empty());
    assertThat(clients.add(other, new Clients.Certificate("fp-2", NOW), NOW)).isFalse();
    assertThat(clients.byCertificate("fp-2")).isEmpty();
    assertThat(clients.remove("ann")).isTrue();
    assertThat(clients.byCertificate("fp-ann")).isEmpty();
  }

  private static boolean succeeded(Future<?> future) {
    try {
      future.get();
      return true;
    } catch (ExecutionException refused) {
      assertThat(refused.getCause()).isInstanceOf(KmsStoreException.Conflict.class);
      return false;
    } catch (InterruptedException stopping) {
      throw new IllegalStateException(stopping);
    }
  }

  private static void write(Change change) {
    commit.write(new WriteUnit(List.of(change), List.of()));
  }

  private static List<String> found(Set<IndexKey> keys, Optional<Set<String>> owners) {
    return objects
        .search(
            new Objects.Search(Optional.empty(), keys, OptionalInt.of(2), owners),
            Long.MAX_VALUE,
            100)
        .stream()
        .map(found -> found.row().id())
        .toList();
  }

  private static ObjectRow row(String id, String owner, long revision) {
    return new ObjectRow(
        id,
        2,
        owner,
        1,
        false,
        revision,
        Optional.of(new byte[] {1, 2, 3}),
        1,
        "attributes".getBytes(UTF_8));
  }

  private static AuditEvent event(String operation, String id) {
    return new AuditEvent(NOW, "node", "alice", "127.0.0.1", operation, id, "success");
  }
}
