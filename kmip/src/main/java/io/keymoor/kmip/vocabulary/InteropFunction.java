package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Interop Function (KMIP 2.1 section 11.22); unknown values survive. */
public final class InteropFunction extends OpenEnum {
  public static final EnumKind<InteropFunction> KIND =
      new EnumKind<>(Tag.INTEROP_FUNCTION, InteropFunction::new);

  public static final InteropFunction BEGIN = KIND.known(0x01, "Begin");
  public static final InteropFunction END = KIND.known(0x02, "End");
  public static final InteropFunction RESET = KIND.known(0x03, "Reset");

  private InteropFunction(int value, String name) {
    super(value, name);
  }
}
