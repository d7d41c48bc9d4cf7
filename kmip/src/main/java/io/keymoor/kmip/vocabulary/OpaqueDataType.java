package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Opaque Data Type (KMIP 2.1 section 11.35): vendors' values only, and they survive. */
public final class OpaqueDataType extends OpenEnum {
  public static final EnumKind<OpaqueDataType> KIND =
      new EnumKind<>(Tag.OPAQUE_DATA_TYPE, OpaqueDataType::new);

  private OpaqueDataType(int value, String name) {
    super(value, name);
  }
}
