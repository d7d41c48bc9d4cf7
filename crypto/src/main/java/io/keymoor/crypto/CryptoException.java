package io.keymoor.crypto;

/**
 * Why a cryptographic operation on someone's data could not be done. The messages are for people
 * and never contain key bytes.
 */
public abstract sealed class CryptoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private CryptoException(String message) {
    super(message);
  }

  /**
   * The key does not open this ciphertext, or the ciphertext was changed: nobody can tell which.
   */
  public static final class WrongKey extends CryptoException {
    private static final long serialVersionUID = 1L;

    public WrongKey(String message) {
      super(message);
    }
  }

  /** The data is not in the expected form, or cut short. */
  public static final class Damaged extends CryptoException {
    private static final long serialVersionUID = 1L;

    public Damaged(String message) {
      super(message);
    }
  }

  /** The data is of a version this software does not know. */
  public static final class NewerVersion extends CryptoException {
    private static final long serialVersionUID = 1L;

    public NewerVersion(String message) {
      super(message);
    }
  }

  /** The file is well-formed and something else: somebody else's PKCS#12, a picture. */
  public static final class Foreign extends CryptoException {
    private static final long serialVersionUID = 1L;

    public Foreign(String message) {
      super(message);
    }
  }

  /** The password does not open the file. */
  public static final class WrongPassword extends CryptoException {
    private static final long serialVersionUID = 1L;

    public WrongPassword(String message) {
      super(message);
    }
  }
}
