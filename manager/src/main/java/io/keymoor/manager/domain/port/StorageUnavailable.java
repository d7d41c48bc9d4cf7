package io.keymoor.manager.domain.port;

/**
 * The database can't be reached, or went away in the middle. A transaction that ends so happened
 * whole or not at all; which of them is known only when the database is back. The message is for
 * the log.
 */
public final class StorageUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StorageUnavailable(String reason, Throwable cause) {
    super(reason, cause);
  }
}
