package io.keymoor.manager.store;

import io.keymoor.manager.domain.port.StorageUnavailable;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** Tells failures of the way to the database from all others. */
final class Outage {
  /**
   * Classes and values of SQLSTATE (PostgreSQL, appendix A): connection exceptions, the server is
   * shutting down or starting, it has no connection to give.
   */
  private static final List<String> STATES = List.of("08", "57P", "53300");

  private Outage() {}

  /** What it is to others when the database is away; absent when it answered. */
  static Optional<StorageUnavailable> of(JdbiException failure) {
    @Nullable Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 10; depth++) {
      if (cause instanceof SQLException sql && isAway(sql)) {
        // What the driver or the server says, without the names of classes around it.
        return Optional.of(new StorageUnavailable(String.valueOf(sql.getMessage()), failure));
      }
      cause = cause.getCause();
    }
    return failure instanceof ConnectionException
        ? Optional.of(new StorageUnavailable(String.valueOf(failure.getMessage()), failure))
        : Optional.empty();
  }

  private static boolean isAway(SQLException failure) {
    String state = failure.getSQLState();
    return failure instanceof SQLTransientConnectionException
        || failure instanceof SQLNonTransientConnectionException
        || failure instanceof SQLRecoverableException
        || (state != null && STATES.stream().anyMatch(state::startsWith));
  }
}
