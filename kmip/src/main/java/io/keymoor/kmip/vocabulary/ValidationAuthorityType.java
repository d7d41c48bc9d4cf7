package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Validation Authority Type (KMIP 2.1 section 11.63); unknown values survive. */
public final class ValidationAuthorityType extends OpenEnum {
  public static final EnumKind<ValidationAuthorityType> KIND =
      new EnumKind<>(Tag.VALIDATION_AUTHORITY_TYPE, ValidationAuthorityType::new);

  public static final ValidationAuthorityType UNSPECIFIED = KIND.known(0x01, "Unspecified");
  public static final ValidationAuthorityType NIST_CMVP = KIND.known(0x02, "NISTCMVP");
  public static final ValidationAuthorityType COMMON_CRITERIA = KIND.known(0x03, "CommonCriteria");

  private ValidationAuthorityType(int value, String name) {
    super(value, name);
  }
}
