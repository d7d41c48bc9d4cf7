package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Validity Indicator (KMIP 2.1 section 11.61); unknown values survive. */
public final class ValidityIndicator extends OpenEnum {
  public static final EnumKind<ValidityIndicator> KIND =
      new EnumKind<>(Tag.VALIDITY_INDICATOR, ValidityIndicator::new);

  public static final ValidityIndicator VALID = KIND.known(0x01, "Valid");
  public static final ValidityIndicator INVALID = KIND.known(0x02, "Invalid");
  public static final ValidityIndicator UNKNOWN = KIND.known(0x03, "Unknown");

  private ValidityIndicator(int value, String name) {
    super(value, name);
  }
}
