package io.keymoor.kms.rootkey;

/** Why the root key is not to be had; the sentence says what to do, and nothing was changed. */
public final class RootKeyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RootKeyException(String message) {
    super(message);
  }

  public RootKeyException(String message, Throwable cause) {
    super(message, cause);
  }
}
