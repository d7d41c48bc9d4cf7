package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Key Wrap Type (KMIP 2.1 section 11.29); unknown values survive. */
public final class KeyWrapType extends OpenEnum {
  public static final EnumKind<KeyWrapType> KIND =
      new EnumKind<>(Tag.KEY_WRAP_TYPE, KeyWrapType::new);

  public static final KeyWrapType NOT_WRAPPED = KIND.known(0x01, "NotWrapped");
  public static final KeyWrapType AS_REGISTERED = KIND.known(0x02, "AsRegistered");

  private KeyWrapType(int value, String name) {
    super(value, name);
  }
}
