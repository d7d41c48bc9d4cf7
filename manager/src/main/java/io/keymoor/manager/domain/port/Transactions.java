package io.keymoor.manager.domain.port;

import java.util.function.Function;

/**
 * All or nothing: what the work did through its {@link Stores} is durable when {@link #in} returns,
 * and undone when it throws. Thread-safe.
 */
public interface Transactions {
  /**
   * Runs {@code work} in one transaction; exceptions pass through unchanged.
   *
   * @throws StorageUnavailable when the database is away
   */
  <T> T in(Function<Stores, T> work);
}
