package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Protection Level (KMIP 2.1 section 11.42); unknown values survive. */
public final class ProtectionLevel extends OpenEnum {
  public static final EnumKind<ProtectionLevel> KIND =
      new EnumKind<>(Tag.PROTECTION_LEVEL, ProtectionLevel::new);

  public static final ProtectionLevel HIGH = KIND.known(0x01, "High");
  public static final ProtectionLevel LOW = KIND.known(0x02, "Low");

  private ProtectionLevel(int value, String name) {
    super(value, name);
  }
}
