package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** RNG Mode (KMIP 2.1 section 11.50); unknown values survive. */
public final class RngMode extends OpenEnum {
  public static final EnumKind<RngMode> KIND = new EnumKind<>(Tag.RNG_MODE, RngMode::new);

  public static final RngMode UNSPECIFIED = KIND.known(0x01, "Unspecified");
  public static final RngMode SHARED_INSTANTIATION = KIND.known(0x02, "SharedInstantiation");
  public static final RngMode NON_SHARED_INSTANTIATION = KIND.known(0x03, "NonSharedInstantiation");

  private RngMode(int value, String name) {
    super(value, name);
  }
}
