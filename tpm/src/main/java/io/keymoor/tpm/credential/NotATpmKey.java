package io.keymoor.tpm.credential;

/** What was shown is no key of a TPM, or not of the kind it should be. The message says why. */
public final class NotATpmKey extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotATpmKey(String why) {
    super(why);
  }

  NotATpmKey(String why, Throwable cause) {
    super(why, cause);
  }

  /** The message, never null. */
  public String why() {
    return String.valueOf(getMessage());
  }
}
