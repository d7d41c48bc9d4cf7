package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Usage Limits Unit (KMIP 2.1 section 11.60); unknown values survive. */
public final class UsageLimitsUnit extends OpenEnum {
  public static final EnumKind<UsageLimitsUnit> KIND =
      new EnumKind<>(Tag.USAGE_LIMITS_UNIT, UsageLimitsUnit::new);

  public static final UsageLimitsUnit BYTE = KIND.known(0x01, "Byte");
  public static final UsageLimitsUnit OBJECT = KIND.known(0x02, "Object");

  private UsageLimitsUnit(int value, String name) {
    super(value, name);
  }
}
