package io.keymoor.kms.store;

/** Why the store could not do what it was asked; the sentence is for the server's administrator. */
public abstract sealed class KmsStoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private KmsStoreException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The database cannot be reached or refuses to work; nothing was changed. */
  public static final class Unavailable extends KmsStoreException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The database is in use in a way that excludes this node. */
  public static final class Taken extends KmsStoreException {
    private static final long serialVersionUID = 1L;

    public Taken(String message) {
      super(message, new IllegalStateException(message));
    }
  }

  /** Another writer was faster; whoever meets it reads again and decides again. */
  public static final class Conflict extends KmsStoreException {
    private static final long serialVersionUID = 1L;

    public Conflict(String id) {
      super("The object " + id + " was changed meanwhile.", new IllegalStateException(id));
    }
  }
}
