package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Mask Generator (KMIP 2.1 section 11.30); unknown values survive. */
public final class MaskGenerator extends OpenEnum {
  public static final EnumKind<MaskGenerator> KIND =
      new EnumKind<>(Tag.MASK_GENERATOR, MaskGenerator::new);

  public static final MaskGenerator MGF1 = KIND.known(0x01, "MGF1");

  private MaskGenerator(int value, String name) {
    super(value, name);
  }
}
