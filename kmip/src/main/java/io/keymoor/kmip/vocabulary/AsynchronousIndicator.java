package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Asynchronous Indicator (KMIP 2.1 section 11.3); unknown values survive. */
public final class AsynchronousIndicator extends OpenEnum {
  public static final EnumKind<AsynchronousIndicator> KIND =
      new EnumKind<>(Tag.ASYNCHRONOUS_INDICATOR, AsynchronousIndicator::new);

  public static final AsynchronousIndicator MANDATORY = KIND.known(0x01, "Mandatory");
  public static final AsynchronousIndicator OPTIONAL = KIND.known(0x02, "Optional");
  public static final AsynchronousIndicator PROHIBITED = KIND.known(0x03, "Prohibited");

  private AsynchronousIndicator(int value, String name) {
    super(value, name);
  }
}
