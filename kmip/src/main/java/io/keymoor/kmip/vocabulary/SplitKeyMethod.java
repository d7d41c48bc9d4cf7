package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Split Key Method (KMIP 2.1 section 11.54); unknown values survive. */
public final class SplitKeyMethod extends OpenEnum {
  public static final EnumKind<SplitKeyMethod> KIND =
      new EnumKind<>(Tag.SPLIT_KEY_METHOD, SplitKeyMethod::new);

  public static final SplitKeyMethod XOR = KIND.known(0x01, "XOR");
  public static final SplitKeyMethod POLYNOMIAL_SHARING_GF_2_16 =
      KIND.known(0x02, "PolynomialSharingGF2_16");
  public static final SplitKeyMethod POLYNOMIAL_SHARING_PRIME_FIELD =
      KIND.known(0x03, "PolynomialSharingPrimeField");
  public static final SplitKeyMethod POLYNOMIAL_SHARING_GF_2_8 =
      KIND.known(0x04, "PolynomialSharingGF2_8");

  private SplitKeyMethod(int value, String name) {
    super(value, name);
  }
}
