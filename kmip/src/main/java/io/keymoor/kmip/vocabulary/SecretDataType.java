package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Secret Data Type (KMIP 2.1 section 11.52); unknown values survive. */
public final class SecretDataType extends OpenEnum {
  public static final EnumKind<SecretDataType> KIND =
      new EnumKind<>(Tag.SECRET_DATA_TYPE, SecretDataType::new);

  public static final SecretDataType PASSWORD = KIND.known(0x01, "Password");
  public static final SecretDataType SEED = KIND.known(0x02, "Seed");

  private SecretDataType(int value, String name) {
    super(value, name);
  }
}
