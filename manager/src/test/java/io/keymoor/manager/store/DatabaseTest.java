package io.keymoor.manager.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keymoor.crypto.ProviderBackup;
import io.keymoor.database.SchemaRefused;
import io.keymoor.manager.app.ManagerServer;
import io.keymoor.manager.app.StartFailure;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.model.VmWork;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.Client.Answer;
import io.keymoor.manager.testing.FakeHost;
import io.keymoor.manager.testing.TestManager;
import io.keymoor.secret.ClearBytes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** What is and what is not in the database of a running manager. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseTest {
  private static final String HISTORY =
      "SELECT script || ' ' || checksum FROM flyway_schema_history ORDER BY installed_rank";
  private static final String LATER =
      "INSERT INTO flyway_schema_history VALUES"
          + " (999, '999', 'later', 'SQL', 'V999__later.sql', 1, 'postgres', now(), 1, true)";

  private Path home = Path.of("");
  private ManagerServer manager;
  private Client admin;
  private String url = "";
  private String password = "";

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    home = directory.resolve("manager");
    TestManager.init(home, Map.of());
    manager = TestManager.start(home);
    admin = Client.administrator(home);
    String port = Files.readAllLines(home.resolve("postgres/postmaster.pid")).get(3);
    url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    password = Files.readString(home.resolve("postgres.password")).strip();
  }

  @AfterAll
  void stop() {
    admin.close();
    manager.close();
  }

  @Test
  void whatIsAcknowledgedIsOnDisk() throws SQLException {
    for (String setting : List.of("fsync", "full_page_writes", "synchronous_commit")) {
      assertThat(query("SHOW " + setting)).as(setting).containsExactly("on");
    }
  }

  /**
   * An index over what changes is written with each change, and all others of its table with it.
   */
  @Test
  void whatABulkTaskChangesOfItsObjectsAndOfVmsIsInNoIndex() throws SQLException {
    Pattern changing =
        Pattern.compile(
            "\\b(states?|tasks?|codes?|details?|hosts|waiting|open|parts|generation"
                + "|\\w*(providers?|keys?|record))\\b");
    assertThat(query("SELECT indexdef FROM pg_indexes WHERE tablename IN ('bulk_page', 'vm')"))
        .hasSizeGreaterThan(3)
        .allSatisfy(index ->
            assertThat(index.substring(index.indexOf(" USING "))).doesNotContainPattern(changing));
  }

  @Test
  void theServerIsReachableOnTheLoopbackAddressWithThePasswordOnly() throws SQLException {
    assertThat(query("SHOW listen_addresses")).containsExactly("localhost");
    assertThat(query("SHOW unix_socket_directories")).containsExactly("");
    assertThatThrownBy(() -> DriverManager.getConnection(url, "postgres", "guess"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("password authentication failed");
    assertThat(query("SELECT DISTINCT auth_method FROM pg_hba_file_rules"))
        .containsExactly("scram-sha-256");
  }

  @Test
  void thePasswordIsOnNoCommandLine() {
    List<String> lines =
        ProcessHandle.allProcesses().flatMap(p -> commandLine(p.pid()).stream()).toList();

    assertThat(lines).isNotEmpty().noneMatch(line -> line.contains(password));
  }

  @Test
  void noKdkIsInTheDatabaseOrItsFilesInAnyForm() throws IOException, SQLException {
    admin.post("/clusters", "{'name':'lab'}");
    admin.createProvider("secret");
    byte[] backup = admin.backup("secret", "pw");
    try (FakeHost host = FakeHost.enrol(admin, "lab", "kvm1")) {
      host.hello(false);
      host.report(host.pollDesired(), List.of());
    }
    byte[] kdk;
    try (ProviderBackup opened = ProviderBackup.read(backup, "pw".toCharArray())) {
      kdk = ClearBytes.<byte[], RuntimeException>read(opened.kdk(), byte[]::clone);
    }
    String hex = HexFormat.of().formatHex(kdk);
    String base64 = Base64.getEncoder().encodeToString(kdk).replace("=", "");

    query("CHECKPOINT");
    String dump = dump();
    assertThat(dump).contains("secret").contains("\\x4b4d5345414c4544");
    assertThat(dump.toLowerCase(Locale.ROOT)).doesNotContain(hex);
    assertThat(dump).doesNotContain(base64);
    String raw = new String(kdk, ISO_8859_1);
    for (Path file : files(home)) {
      String contents = Files.readString(file, ISO_8859_1);
      assertThat(contents.contains(raw) || contents.contains(hex) || contents.contains(base64))
          .as(file.toString())
          .isFalse();
    }
  }

  @Test
  void anExternalDatabaseKeepsWhatAManagerStored(@TempDir Path directory)
      throws IOException, SQLException {
    query("CREATE DATABASE elsewhere");
    Path passwordFile = Files.writeString(directory.resolve("password"), password);
    Path second = directory.resolve("manager");
    TestManager.init(
        second,
        Map.of(
            "database",
            Map.of(
                "url",
                url.replace("/postgres", "/elsewhere"),
                "user",
                "postgres",
                "password_file",
                passwordFile.toString())));
    for (int start = 0; start < 2; start++) {
      try (ManagerServer other = TestManager.start(second);
          Client client = Client.administrator(second)) {
        assertThat(other.url()).startsWith("https://127.0.0.1:");
        assertThat(client.get("/kms/providers").json().path("providers")).hasSize(start);
        client.createProvider("kept");
      }
    }
    assertThat(second.resolve("postgres")).doesNotExist();

    in("elsewhere", LATER);
    assertThatThrownBy(() -> TestManager.start(second))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("newer version of Keymoor")
        .hasMessageContaining("at migration 999")
        .hasMessageContaining("Nothing was changed");
  }

  @Test
  void anOlderSchemaIsBroughtUpToDateAndOneThatWasTamperedWithIsRefused() throws SQLException {
    query("CREATE DATABASE older");
    Flyway.configure()
        .dataSource(at("older"), "postgres", password)
        .locations("classpath:" + Database.MIGRATIONS.folder())
        .target("3")
        .load()
        .migrate();
    assertThat(in("older", HISTORY)).hasSize(3);

    Database.open(at("older"), "postgres", password).close();

    assertThat(in("older", HISTORY)).hasSizeGreaterThan(3).isEqualTo(query(HISTORY));
    in("older", "UPDATE flyway_schema_history SET checksum = checksum + 1 WHERE version = '2'");
    assertThatThrownBy(() -> Database.open(at("older"), "postgres", password))
        .isInstanceOf(SchemaRefused.class)
        .hasMessageContaining("could not be brought up to date")
        .hasMessageContaining("checksum");
  }

  @Test
  void whatIsNoSuccessfulMigrationIsAskedOfFlyway() throws SQLException {
    query("CREATE DATABASE odd");
    Database.open(at("odd"), "postgres", password).close();
    for (String change :
        List.of("success = false", "checksum = NULL", "type = 'JDBC'", "script = 'V1__x.sql'")) {
      in("odd", "CREATE TABLE saved AS SELECT * FROM flyway_schema_history");
      in("odd", "UPDATE flyway_schema_history SET " + change + " WHERE version = '1'");
      Counting source = new Counting();
      try {
        Database.MIGRATIONS.apply(source);
      } catch (SchemaRefused refused) {
        assertThat(refused).hasMessageContaining("could not be brought up to date");
      }
      assertThat(source.connections).as(change).isGreaterThan(1);
      in("odd", "TRUNCATE flyway_schema_history");
      in("odd", "INSERT INTO flyway_schema_history SELECT * FROM saved");
      in("odd", "DROP TABLE saved");
    }

    Counting source = new Counting();
    Database.MIGRATIONS.apply(source);
    assertThat(source.connections).as("looked at, once").isEqualTo(1);
  }

  /** Connections to the database "odd". */
  private final class Counting extends PGSimpleDataSource {
    private static final long serialVersionUID = 1;
    private int connections;

    private Counting() {
      setURL(at("odd"));
      setUser("postgres");
      setPassword(password);
    }

    @Override
    public Connection getConnection() throws SQLException {
      connections++;
      return super.getConnection();
    }
  }

  private String at(String database) {
    return url.replace("/postgres", "/" + database);
  }

  @Test
  void theThirtyThirdProviderIsRefused() {
    for (int i = admin.get("/kms/providers").json().path("providers").size(); i < 32; i++) {
      admin.createProvider("number " + i);
    }

    Answer answer = admin.post("/kms/providers", "{'provider':'one more','type':'NATIVE'}");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.code()).isEqualTo("provider_limit_reached");
    assertThat(admin.get("/kms/providers").json().path("providers")).hasSize(32);
    admin.delete("/kms/providers/number%2031?confirm=number%2031");
  }

  /** Rows lie in the opposite order, so that whoever locks them as it finds them begins there. */
  @Test
  void vmsThatFollowTheirHostAreLockedInTheOrderInWhichReportsLockThem() throws Exception {
    admin.post("/clusters", "{'name':'moves'}");
    UUID low = new UUID(0, 1);
    UUID high = new UUID(0, 2);
    try (FakeHost from = FakeHost.enrol(admin, "moves", "from");
        FakeHost to = FakeHost.enrol(admin, "moves", "to");
        Database database = Database.open(url, "postgres", password);
        Connection other = DriverManager.getConnection(url, "postgres", password);
        ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
      from.hello(false);
      from.report(
          from.pollDesired(),
          List.of(FakeHost.plainVm(high, "high"), FakeHost.plainVm(low, "low")));
      admin.post("/vms?action=register-all", "{'host':'from'}");
      for (UUID vm : List.of(high, low)) {
        query(
            "INSERT INTO vm (id, host, name, power, parts, vtpm, generation, present)"
                + " SELECT id, '%s', name, 'running', parts, vtpm, generation, true"
                    .formatted(to.id())
                + " FROM vm WHERE id = '%s'".formatted(vm));
      }
      other.setAutoCommit(false);
      lock(other, "id = '" + low + "' AND host = '" + to.id() + "' FOR UPDATE");

      Future<Integer> following =
          thread.submit(() -> database.in(stores -> stores.vms().follow(to.id())));
      await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  query(
                          "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                              + " AND query LIKE '%FOR UPDATE OF here, there%'")
                      .size(),
              waiting -> waiting == 1);
      assertThat(lock(other, "id = '" + high + "' FOR UPDATE NOWAIT")).isEqualTo(2);
      other.rollback();

      assertThat(following.get(2, TimeUnit.MINUTES)).isEqualTo(2);
    }
  }

  private static int lock(Connection connection, String which) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 1 FROM vm WHERE " + which)) {
      int locked = 0;
      while (rows.next()) {
        locked++;
      }
      return locked;
    }
  }

  @Test
  void aTaskIsHandedOutOnceAndNotWhenItWasCancelledMeanwhile() {
    admin.post("/clusters", "{'name':'handing'}");
    try (FakeHost host = FakeHost.enrol(admin, "handing", "handed");
        Database database = Database.open(url, "postgres", password)) {
      Task plain = stopping(host.id());
      Task cancelled = stopping(host.id()).cancelling();
      List<UUID> both = List.of(plain.id(), cancelled.id());
      database.in(stores -> {
        stores.tasks().insert(plain);
        stores.tasks().insert(cancelled);
        return true;
      });
      List<Task> seen = database.in(stores -> stores.tasks().seenOn(host.id()));
      List<Task> nobodyKnows =
          database.in(stores -> stores.tasks().toSettle(host.id(), List.of(), Instant.EPOCH));
      Set<UUID> handed = database.in(stores -> stores.tasks().delivered(both, Instant.now()));
      Set<UUID> again = database.in(stores -> stores.tasks().delivered(both, Instant.now()));
      List<Task> known =
          database.in(stores -> stores.tasks().toSettle(host.id(), both, Instant.EPOCH));

      assertThat(seen).hasSize(2);
      assertThat(nobodyKnows).extracting(Task::id).containsExactly(cancelled.id());
      assertThat(handed).containsExactly(plain.id());
      assertThat(again).isEmpty();
      assertThat(known).extracting(Task::id).containsExactlyInAnyOrderElementsOf(both);
    }
  }

  /** Logs show messages of what went wrong; arguments are key records, tokens, names. */
  @Test
  void whatAFailedStatementWasGivenIsInNoMessage() {
    try (Database database = Database.open(url, "postgres", password)) {
      Task task = stopping(UUID.randomUUID());
      assertThatThrownBy(() ->
              database.in(stores -> {
                stores.tasks().insert(task);
                stores.tasks().insert(task);
                return true;
              }))
          .hasMessageContaining("task_pkey")
          .satisfies(failure ->
              assertThat(messages(failure)).doesNotContain("127.0.0.1", task.vm().toString()));
    }
  }

  private static String messages(Throwable failure) {
    StringWriter all = new StringWriter();
    failure.printStackTrace(new PrintWriter(all));
    return all.toString();
  }

  private static Task stopping(UUID host) {
    return new Task(
        UUID.randomUUID(),
        1,
        UUID.randomUUID(),
        "vm",
        host,
        new VmWork.Stop(false),
        "admin",
        "127.0.0.1",
        Task.State.QUEUED,
        Task.Progress.NONE,
        false,
        Optional.empty(),
        Optional.empty(),
        new Task.Times(Instant.now(), Optional.empty(), Optional.empty(), Optional.empty()));
  }

  private String dump() throws SQLException {
    StringBuilder dump = new StringBuilder();
    for (String table :
        query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")) {
      query("SELECT t::text FROM public." + table + " t").forEach(dump::append);
    }
    return dump.toString();
  }

  private List<String> query(String sql) throws SQLException {
    return in("postgres", sql);
  }

  private List<String> in(String database, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(at(database), "postgres", password);
        Statement statement = connection.createStatement()) {
      if (statement.execute(sql)) {
        try (ResultSet result = statement.getResultSet()) {
          while (result.next()) {
            rows.add(result.getString(1));
          }
        }
      }
    }
    return rows;
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.filter(Files::isRegularFile).toList();
    }
  }

  private static List<String> commandLine(long pid) {
    try {
      return List.of(
          new String(Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline")), UTF_8));
    } catch (IOException gone) {
      return List.of();
    }
  }
}
