package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Shredding Algorithm (KMIP 2.1 section 11.53); unknown values survive. */
public final class ShreddingAlgorithm extends OpenEnum {
  public static final EnumKind<ShreddingAlgorithm> KIND =
      new EnumKind<>(Tag.SHREDDING_ALGORITHM, ShreddingAlgorithm::new);

  public static final ShreddingAlgorithm UNSPECIFIED = KIND.known(0x01, "Unspecified");
  public static final ShreddingAlgorithm CRYPTOGRAPHIC = KIND.known(0x02, "Cryptographic");
  public static final ShreddingAlgorithm UNSUPPORTED = KIND.known(0x03, "Unsupported");

  private ShreddingAlgorithm(int value, String name) {
    super(value, name);
  }
}
