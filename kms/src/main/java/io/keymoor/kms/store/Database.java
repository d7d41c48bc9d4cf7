package io.keymoor.kms.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import io.keymoor.database.Migrations;
import io.keymoor.database.SchemaRefused;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;

/**
 * The connections to one PostgreSQL database, whose tables are brought up to date on opening.
 *
 * <p>Guarantee: while one node has the database for itself, no other node works on it; nodes that
 * share it do so knowingly. (An advisory lock, held as long as this object is open.) Thread-safe.
 */
public final class Database implements AutoCloseable {
  private static final Migrations MIGRATIONS =
      new Migrations(Database.class, "io/keymoor/kms/store/migration", "kms_schema_history");
  private static final long LOCK = 0x4b45594d4f4f524bL; // "KEYMOORK"

  private final HikariDataSource pool;
  private final Jdbi jdbi;
  private final Connection lock;
  private final Sharing sharing;

  /** How many nodes work on a database. */
  public enum Sharing {
    /** One: what it read stays true until it writes. */
    ALONE,
    /** Several: every read asks the database. */
    SHARED,
    /** None of this process: it administers beside the nodes; objects it may add, never change. */
    BESIDE
  }

  private Database(HikariDataSource pool, Connection lock, Sharing sharing) {
    this.pool = pool;
    this.jdbi = Jdbi.create(pool);
    // A message with what a failed statement was given would bring it into logs.
    jdbi.getConfig(StatementExceptions.class).setMessageRendering(MessageRendering.NONE);
    this.lock = lock;
    this.sharing = sharing;
  }

  /**
   * Connects and migrates.
   *
   * @param connections the most connections to hold open
   * @throws KmsStoreException.Unavailable when the database cannot be reached or migrated
   * @throws KmsStoreException.Taken when another node excludes this one
   */
  public static Database open(EmbeddedDatabase.Address address, int connections, Sharing sharing) {
    String url = address.url();
    String user = address.user();
    String password = address.password();
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setPassword(password);
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(Math.min(2, connections));
    config.setPoolName("kms");
    config.setConnectionTimeout(10_000);
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    config.addDataSourceProperty("ApplicationName", "keymoor-kms");
    // Durable before acknowledged, whatever the server's default is.
    config.setConnectionInitSql("set synchronous_commit = on");
    HikariDataSource pool;
    try {
      pool = new HikariDataSource(config);
    } catch (PoolInitializationException unreachable) {
      throw new KmsStoreException.Unavailable(
          "The database "
              + url
              + " cannot be reached: "
              + reason(unreachable)
              + ". Nothing was changed; check address, user and password.",
          unreachable);
    }
    try {
      Connection lock = takeLock(url, user, password, sharing);
      migrate(pool);
      return new Database(pool, lock, sharing);
    } catch (RuntimeException failure) {
      pool.close();
      throw failure;
    }
  }

  private static Connection takeLock(String url, String user, String password, Sharing sharing) {
    String call =
        switch (sharing) {
          case ALONE -> "select pg_try_advisory_lock(?)";
          case SHARED -> "select pg_try_advisory_lock_shared(?)";
          case BESIDE -> "select ? is not null";
        };
    try {
      Connection connection = java.sql.DriverManager.getConnection(url, user, password);
      try (PreparedStatement statement = connection.prepareStatement(call)) {
        statement.setLong(1, LOCK);
        try (ResultSet result = statement.executeQuery()) {
          if (result.next() && result.getBoolean(1)) {
            return connection;
          }
        }
      }
      connection.close();
    } catch (SQLException failure) {
      throw new KmsStoreException.Unavailable(
          "The database " + url + " refused a lock: " + failure.getMessage(), failure);
    }
    throw new KmsStoreException.Taken(
        "Another KMS node has the database for itself, or nodes share it while this one wants it"
            + " alone. Nothing was changed; stop the other node first.");
  }

  private static void migrate(HikariDataSource pool) {
    try {
      MIGRATIONS.apply(pool);
    } catch (SchemaRefused refused) {
      throw new KmsStoreException.Unavailable(String.valueOf(refused.getMessage()), refused);
    }
  }

  /** How many nodes may work on this database. */
  public Sharing sharing() {
    return sharing;
  }

  Jdbi jdbi() {
    return jdbi;
  }

  /** Whether the database answers within a second; for health checks. */
  public boolean answers() {
    try (Connection connection = pool.getConnection()) {
      return connection.isValid(1);
    } catch (SQLException silent) {
      return false;
    }
  }

  static boolean isConstraint(JdbiException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && String.valueOf(sql.getSQLState()).startsWith("23")) {
        return true;
      }
    }
    return false;
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (SQLException gone) {
      // The lock went with the connection.
    }
    pool.close();
  }
}
