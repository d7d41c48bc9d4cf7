package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** DRBG Algorithm (KMIP 2.1 section 11.17); unknown values survive. */
public final class DrbgAlgorithm extends OpenEnum {
  public static final EnumKind<DrbgAlgorithm> KIND =
      new EnumKind<>(Tag.DRBG_ALGORITHM, DrbgAlgorithm::new);

  public static final DrbgAlgorithm UNSPECIFIED = KIND.known(0x01, "Unspecified");
  public static final DrbgAlgorithm DUAL_EC = KIND.known(0x02, "Dual_EC");
  public static final DrbgAlgorithm HASH = KIND.known(0x03, "Hash");
  public static final DrbgAlgorithm HMAC = KIND.known(0x04, "HMAC");
  public static final DrbgAlgorithm CTR = KIND.known(0x05, "CTR");

  private DrbgAlgorithm(int value, String name) {
    super(value, name);
  }
}
