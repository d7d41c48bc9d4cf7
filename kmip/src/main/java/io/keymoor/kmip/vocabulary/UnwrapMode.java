package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Unwrap Mode (KMIP 2.1 section 11.59); unknown values survive. */
public final class UnwrapMode extends OpenEnum {
  public static final EnumKind<UnwrapMode> KIND = new EnumKind<>(Tag.UNWRAP_MODE, UnwrapMode::new);

  public static final UnwrapMode UNSPECIFIED = KIND.known(0x01, "Unspecified");
  public static final UnwrapMode PROCESSED = KIND.known(0x02, "Processed");
  public static final UnwrapMode NOT_PROCESSED = KIND.known(0x03, "NotProcessed");

  private UnwrapMode(int value, String name) {
    super(value, name);
  }
}
