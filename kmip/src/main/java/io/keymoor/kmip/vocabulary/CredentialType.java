package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Credential Type (KMIP 2.1 section 11.11); unknown values survive. */
public final class CredentialType extends OpenEnum {
  public static final EnumKind<CredentialType> KIND =
      new EnumKind<>(Tag.CREDENTIAL_TYPE, CredentialType::new);

  public static final CredentialType USERNAME_AND_PASSWORD =
      KIND.known(0x01, "UsernameAndPassword");
  public static final CredentialType DEVICE = KIND.known(0x02, "Device");
  public static final CredentialType ATTESTATION = KIND.known(0x03, "Attestation");
  public static final CredentialType ONE_TIME_PASSWORD = KIND.known(0x04, "OneTimePassword");
  public static final CredentialType HASHED_PASSWORD = KIND.known(0x05, "HashedPassword");
  public static final CredentialType TICKET = KIND.known(0x06, "Ticket");

  private CredentialType(int value, String name) {
    super(value, name);
  }
}
