package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Revocation Reason Code (KMIP 2.1 section 11.48); unknown values survive. */
public final class RevocationReasonCode extends OpenEnum {
  public static final EnumKind<RevocationReasonCode> KIND =
      new EnumKind<>(Tag.REVOCATION_REASON_CODE, RevocationReasonCode::new);

  public static final RevocationReasonCode UNSPECIFIED = KIND.known(0x01, "Unspecified");
  public static final RevocationReasonCode KEY_COMPROMISE = KIND.known(0x02, "KeyCompromise");
  public static final RevocationReasonCode CA_COMPROMISE = KIND.known(0x03, "CACompromise");
  public static final RevocationReasonCode AFFILIATION_CHANGED =
      KIND.known(0x04, "AffiliationChanged");
  public static final RevocationReasonCode SUPERSEDED = KIND.known(0x05, "Superseded");
  public static final RevocationReasonCode CESSATION_OF_OPERATION =
      KIND.known(0x06, "CessationOfOperation");
  public static final RevocationReasonCode PRIVILEGE_WITHDRAWN =
      KIND.known(0x07, "PrivilegeWithdrawn");

  private RevocationReasonCode(int value, String name) {
    super(value, name);
  }
}
