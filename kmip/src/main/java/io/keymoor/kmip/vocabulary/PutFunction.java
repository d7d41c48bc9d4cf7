package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Put Function (KMIP 2.1 section 11.43); unknown values survive. */
public final class PutFunction extends OpenEnum {
  public static final EnumKind<PutFunction> KIND =
      new EnumKind<>(Tag.PUT_FUNCTION, PutFunction::new);

  public static final PutFunction NEW = KIND.known(0x01, "New");
  public static final PutFunction REPLACE = KIND.known(0x02, "Replace");

  private PutFunction(int value, String name) {
    super(value, name);
  }
}
