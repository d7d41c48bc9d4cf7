package io.keymoor.kms.rootkey;

import io.keymoor.tpm.TpmException;

/** Why the root key is not to be had; the sentence says what to do, and nothing was changed. */
public final class RootKeyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RootKeyException(String message) {
    super(message);
  }

  public RootKeyException(String message, Throwable cause) {
    super(message, cause);
  }

  /** With the TPM's sentence. */
  RootKeyException(TpmException reason) {
    super(reason.getMessage(), reason);
  }
}
