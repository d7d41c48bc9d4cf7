package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Name Type (KMIP 2.1 section 11.31); unknown values survive. */
public final class NameType extends OpenEnum {
  public static final EnumKind<NameType> KIND = new EnumKind<>(Tag.NAME_TYPE, NameType::new);

  public static final NameType UNINTERPRETED_TEXT_STRING =
      KIND.known(0x01, "UninterpretedTextString");
  public static final NameType URI = KIND.known(0x02, "URI");

  private NameType(int value, String name) {
    super(value, name);
  }
}
