package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Validation Type (KMIP 2.1 section 11.64); unknown values survive. */
public final class ValidationType extends OpenEnum {
  public static final EnumKind<ValidationType> KIND =
      new EnumKind<>(Tag.VALIDATION_TYPE, ValidationType::new);

  public static final ValidationType UNSPECIFIED = KIND.known(0x01, "Unspecified");
  public static final ValidationType HARDWARE = KIND.known(0x02, "Hardware");
  public static final ValidationType SOFTWARE = KIND.known(0x03, "Software");
  public static final ValidationType FIRMWARE = KIND.known(0x04, "Firmware");
  public static final ValidationType HYBRID = KIND.known(0x05, "Hybrid");

  private ValidationType(int value, String name) {
    super(value, name);
  }
}
