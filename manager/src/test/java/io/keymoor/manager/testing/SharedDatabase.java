package io.keymoor.manager.testing;

import io.keymoor.manager.store.Database;
import io.keymoor.manager.store.EmbeddedDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** A PostgreSQL that several managers share. */
public final class SharedDatabase implements AutoCloseable {
  /** Its superuser's. */
  public static final String PASSWORD = "only-for-this-test";

  private final EmbeddedDatabase server;
  private final Path passwordFile;

  private SharedDatabase(EmbeddedDatabase server, Path passwordFile) {
    this.server = server;
    this.passwordFile = passwordFile;
  }

  /** Starts one in a directory. */
  public static SharedDatabase start(Path directory) {
    try {
      Path passwordFile = directory.resolve("shared.password");
      Files.writeString(passwordFile, PASSWORD);
      Path binaries = Path.of("target", "postgres-binaries").toAbsolutePath();
      return new SharedDatabase(
          EmbeddedDatabase.start(directory.resolve("shared"), binaries, passwordFile),
          passwordFile);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** What makes a manager use it. */
  public Map<String, Object> settings() {
    return Map.of(
        "url", server.url(), "user", server.user(), "password_file", passwordFile.toString());
  }

  /** A pool of connections of its own, the tables brought up to date. The caller closes it. */
  public Database open() {
    return Database.open(server.url(), server.user(), server.password());
  }

  /** Something that ends. */
  @FunctionalInterface
  public interface Life extends AutoCloseable {
    @Override
    void close();
  }

  /** What managers see of one that is connected, until it is closed. */
  public Life otherManager() {
    try {
      Connection connection =
          DriverManager.getConnection(server.url(), server.user(), server.password());
      call(connection, "SELECT pg_advisory_lock(4711)");
      return () -> {
        try (connection) {
          call(connection, "SELECT pg_advisory_unlock(4711)");
        } catch (SQLException failure) {
          throw new IllegalStateException(failure);
        }
      };
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static void call(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(query);
    }
  }

  /** The process that all of its processes descend from. */
  public ProcessHandle process() {
    // The process of a connection may be gone with it; this one lasts.
    return ProcessHandle.of(
            number("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'"))
        .flatMap(ProcessHandle::parent)
        .orElseThrow();
  }

  /** The one number that a query gives. */
  public long number(String query) {
    try (Connection connection =
            DriverManager.getConnection(server.url(), server.user(), server.password());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Cuts all connections of managers once, as a restart of the server does. */
  public void cut() {
    long cut =
        number(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
    if (cut == 0) {
      throw new IllegalStateException("there was nothing to cut");
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
