package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Rotate Name Type (KMIP 2.1 section 11.51); unknown values survive. */
public final class RotateNameType extends OpenEnum {
  public static final EnumKind<RotateNameType> KIND =
      new EnumKind<>(Tag.ROTATE_NAME_TYPE, RotateNameType::new);

  public static final RotateNameType UNINTERPRETED_TEXT_STRING =
      KIND.known(0x01, "UninterpretedTextString");
  public static final RotateNameType URI = KIND.known(0x02, "URI");

  private RotateNameType(int value, String name) {
    super(value, name);
  }
}
