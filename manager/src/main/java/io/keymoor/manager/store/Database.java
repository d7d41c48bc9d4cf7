package io.keymoor.manager.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.keymoor.database.Migrations;
import io.keymoor.manager.domain.port.StorageUnavailable;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool of connections to a migrated database, and transactions on it (read committed; where rules
 * span rows the stores lock). Thread-safe.
 */
public final class Database implements Transactions, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  /** The tables of this version. */
  static final Migrations MIGRATIONS =
      new Migrations(
          Database.class, "io/keymoor/manager/store/migrations", "flyway_schema_history");

  private static final int CONNECTIONS = 10;
  private static final int IDLE = 2;

  /**
   * Lets the server notice within half a minute that a manager's machine is gone, and give up its
   * locks: by its own defaults that takes hours.
   */
  private static final String NOTICES_LOSS =
      "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
          + " -c tcp_user_timeout=30000";

  /** How long a transaction waits for those before it; hosts wait half a minute for an answer. */
  private static final Duration TURN = Duration.ofSeconds(20);

  /** One connection is left for telling other managers. */
  private final Semaphore turns = new Semaphore(CONNECTIONS - 1, true);

  /** For the assertion that transactions are not nested, which tests check. */
  private final ThreadLocal<Boolean> inside = new ThreadLocal<>();

  private final HikariDataSource pool;
  private final Jdbi jdbi;
  private final String url;
  private final Properties lasting = new Properties();
  private volatile @Nullable Connection open;

  private Database(HikariDataSource pool, String url, String user, String password) {
    this.pool = pool;
    this.jdbi = Jdbi.create(pool);
    // A message with what a failed statement was given would bring it into logs.
    jdbi.getConfig(StatementExceptions.class).setMessageRendering(MessageRendering.NONE);
    this.url = url;
    lasting.setProperty("user", user);
    lasting.setProperty("password", password);
    lasting.setProperty("tcpKeepAlive", "true");
    lasting.setProperty("connectTimeout", "10");
    lasting.setProperty("socketTimeout", "30");
    lasting.setProperty("options", NOTICES_LOSS);
  }

  /**
   * Connects and brings the schema up to this version.
   *
   * @throws io.keymoor.database.SchemaRefused when the schema is a newer version's
   */
  public static Database open(String url, String user, String password) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setPassword(password);
    config.setMaximumPoolSize(CONNECTIONS);
    // The others are made when they are needed: each costs a handshake and a server's process.
    config.setMinimumIdle(IDLE);
    config.setPoolName("keymoor-manager");
    config.setConnectionTimeout(Duration.ofSeconds(10).toMillis());
    // What is acknowledged is on disk, also where the server's own default is laxer.
    config.addDataSourceProperty(
        "options", "-c synchronous_commit=on -c timezone=UTC " + NOTICES_LOSS);
    // What the driver has in binary form by itself, and these (Uuids).
    config.addDataSourceProperty("binaryTransferEnable", "UUID_ARRAY");
    HikariDataSource pool = new HikariDataSource(config);
    try {
      MIGRATIONS.apply(pool);
      return new Database(pool, url, user, password);
    } catch (RuntimeException failure) {
      pool.close();
      throw failure;
    }
  }

  @Override
  public <T> T in(Function<Stores, T> work) {
    // Ten threads that each held one connection and waited for a second would wait for each other.
    assert inside.get() == null : "a transaction inside a transaction";
    takeTurn();
    inside.set(true);
    try {
      return inTransaction(work);
    } finally {
      inside.remove();
      turns.release();
    }
  }

  /**
   * A thousand hosts that come at once wait here in the order in which they came. The pool keeps no
   * order, so that some of them would wait until they give up, and come again.
   */
  private void takeTurn() {
    try {
      if (turns.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new StorageUnavailable("interrupted while it waited for a connection", stop);
    }
    throw new StorageUnavailable(
        "no connection was free for " + TURN.toSeconds() + " s", new TimeoutException());
  }

  private <T> T inTransaction(Function<Stores, T> work) {
    try {
      return jdbi.inTransaction(handle -> work.apply(new JdbiStores(handle)));
    } catch (JdbiException failure) {
      Optional<StorageUnavailable> away = Outage.of(failure);
      if (away.isPresent()) {
        throw away.get();
      }
      throw failure;
    }
  }

  /** A connection outside the pool, for the one that listens. The caller closes it. */
  Connection lasting() throws SQLException {
    Connection connection = DriverManager.getConnection(url, lasting);
    open = connection;
    return connection;
  }

  /** Ends the connection that {@link #lasting} gave last, whatever it waits for. */
  void endLasting() {
    Connection connection = open;
    if (connection != null) {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException gone) {
        LOG.debug("A connection was gone already", gone);
      }
    }
  }

  /** Tells whoever listens. Not durable: those who miss it look by themselves. */
  void tell(String channel, List<String> words) {
    jdbi.useTransaction(handle -> {
      handle.execute("SET LOCAL synchronous_commit = off");
      handle
          .createQuery("SELECT pg_notify(:channel, word) FROM unnest(:words) AS word")
          .bind("channel", channel)
          .bindArray("words", String.class, words)
          .mapTo(String.class)
          .list();
    });
  }

  @Override
  public void close() {
    endLasting();
    pool.close();
  }
}
