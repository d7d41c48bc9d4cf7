package io.keymoor.manager.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.keymoor.manager.domain.port.StorageUnavailable;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * A pool of connections to a migrated database, and transactions on it (read committed; where rules
 * span rows the stores lock). Thread-safe.
 */
public final class Database implements Transactions, AutoCloseable {
  private static final int CONNECTIONS = 10;

  private final HikariDataSource pool;
  private final Jdbi jdbi;

  private Database(HikariDataSource pool) {
    this.pool = pool;
    this.jdbi = Jdbi.create(pool);
  }

  /**
   * Connects and brings the schema up to this version. Fails when the schema is a newer version's.
   */
  public static Database open(String url, String user, String password) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setPassword(password);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setPoolName("keymoor-manager");
    config.setConnectionTimeout(Duration.ofSeconds(10).toMillis());
    // What is acknowledged is on disk, also where the server's own default is laxer.
    config.addDataSourceProperty("options", "-c synchronous_commit=on -c timezone=UTC");
    HikariDataSource pool = new HikariDataSource(config);
    try {
      Flyway.configure(Database.class.getClassLoader())
          .dataSource(pool)
          .locations("classpath:io/keymoor/manager/store/migrations")
          .load()
          .migrate();
      return new Database(pool);
    } catch (RuntimeException failure) {
      pool.close();
      throw failure;
    }
  }

  @Override
  public <T> T in(Function<Stores, T> work) {
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

  @Override
  public void close() {
    pool.close();
  }
}
