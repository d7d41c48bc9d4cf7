package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** RNG Algorithm (KMIP 2.1 section 11.49); unknown values survive. */
public final class RngAlgorithm extends OpenEnum {
  public static final EnumKind<RngAlgorithm> KIND =
      new EnumKind<>(Tag.RNG_ALGORITHM, RngAlgorithm::new);

  public static final RngAlgorithm UNSPECIFIED = KIND.known(0x01, "Unspecified");
  public static final RngAlgorithm FIPS_186_2 = KIND.known(0x02, "FIPS186_2");
  public static final RngAlgorithm DRBG = KIND.known(0x03, "DRBG");
  public static final RngAlgorithm NRBG = KIND.known(0x04, "NRBG");
  public static final RngAlgorithm ANSI_X9_31 = KIND.known(0x05, "ANSIX9_31");
  public static final RngAlgorithm ANSI_X9_62 = KIND.known(0x06, "ANSIX9_62");

  private RngAlgorithm(int value, String name) {
    super(value, name);
  }
}
