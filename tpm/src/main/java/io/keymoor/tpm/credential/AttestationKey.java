package io.keymoor.tpm.credential;

/**
 * A key that only its TPM can have, and that signs nothing but what the TPM itself says: fixed to
 * the TPM, made in it, restricted. What these words are worth, a {@link Challenge} shows: a TPM
 * answers it only for a key of exactly this public area that it holds. Immutable.
 */
public final class AttestationKey {
  private static final String WHAT = "attestation key";
  private static final int MUST =
      PublicArea.FIXED_TPM
          | PublicArea.FIXED_PARENT
          | PublicArea.SENSITIVE_DATA_ORIGIN
          | PublicArea.RESTRICTED
          | PublicArea.SIGN;
  private static final int MAY =
      PublicArea.USER_WITH_AUTH | PublicArea.ADMIN_WITH_POLICY | PublicArea.NO_DA;

  private final byte[] name;

  private AttestationKey(byte[] name) {
    this.name = name;
  }

  /**
   * Reads a TPM2B_PUBLIC.
   *
   * @throws NotATpmKey when it is none, or could leave a TPM
   */
  public static AttestationKey parse(byte[] publicArea) {
    PublicArea area = PublicArea.parse(publicArea, WHAT);
    if ((area.attributes() & MUST) != MUST || (area.attributes() & ~(MUST | MAY)) != 0) {
      throw new NotATpmKey(
          "the attestation key is not restricted to one TPM (attributes "
              + Integer.toHexString(area.attributes())
              + ")");
    }
    if (area.type() != PublicArea.RSA && area.type() != PublicArea.ECC) {
      throw new NotATpmKey("the attestation key is neither an RSA nor an elliptic-curve key");
    }
    return new AttestationKey(area.name());
  }

  byte[] name() {
    return name.clone();
  }
}
