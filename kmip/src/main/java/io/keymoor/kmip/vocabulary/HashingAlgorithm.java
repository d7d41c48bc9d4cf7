package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Hashing Algorithm (KMIP 2.1 section 11.21); unknown values survive. */
public final class HashingAlgorithm extends OpenEnum {
  public static final EnumKind<HashingAlgorithm> KIND =
      new EnumKind<>(Tag.HASHING_ALGORITHM, HashingAlgorithm::new);

  public static final HashingAlgorithm MD2 = KIND.known(0x01, "MD2");
  public static final HashingAlgorithm MD4 = KIND.known(0x02, "MD4");
  public static final HashingAlgorithm MD5 = KIND.known(0x03, "MD5");
  public static final HashingAlgorithm SHA_1 = KIND.known(0x04, "SHA_1");
  public static final HashingAlgorithm SHA_224 = KIND.known(0x05, "SHA_224");
  public static final HashingAlgorithm SHA_256 = KIND.known(0x06, "SHA_256");
  public static final HashingAlgorithm SHA_384 = KIND.known(0x07, "SHA_384");
  public static final HashingAlgorithm SHA_512 = KIND.known(0x08, "SHA_512");
  public static final HashingAlgorithm RIPEMD_160 = KIND.known(0x09, "RIPEMD_160");
  public static final HashingAlgorithm TIGER = KIND.known(0x0a, "Tiger");
  public static final HashingAlgorithm WHIRLPOOL = KIND.known(0x0b, "Whirlpool");
  public static final HashingAlgorithm SHA_512_224 = KIND.known(0x0c, "SHA_512224");
  public static final HashingAlgorithm SHA_512_256 = KIND.known(0x0d, "SHA_512256");
  public static final HashingAlgorithm SHA_3_224 = KIND.known(0x0e, "SHA_3_224");
  public static final HashingAlgorithm SHA_3_256 = KIND.known(0x0f, "SHA_3_256");
  public static final HashingAlgorithm SHA_3_384 = KIND.known(0x10, "SHA_3_384");
  public static final HashingAlgorithm SHA_3_512 = KIND.known(0x11, "SHA_3_512");

  private HashingAlgorithm(int value, String name) {
    super(value, name);
  }
}
