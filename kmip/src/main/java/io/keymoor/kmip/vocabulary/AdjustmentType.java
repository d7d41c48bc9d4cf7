package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Adjustment Type (KMIP 2.1 section 11.1); unknown values survive. */
public final class AdjustmentType extends OpenEnum {
  public static final EnumKind<AdjustmentType> KIND =
      new EnumKind<>(Tag.ADJUSTMENT_TYPE, AdjustmentType::new);

  public static final AdjustmentType INCREMENT = KIND.known(0x01, "Increment");
  public static final AdjustmentType DECREMENT = KIND.known(0x02, "Decrement");
  public static final AdjustmentType NEGATE = KIND.known(0x03, "Negate");

  private AdjustmentType(int value, String name) {
    super(value, name);
  }
}
