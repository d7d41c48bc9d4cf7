package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Cryptographic Algorithm (KMIP 2.1 section 11.12); unknown values survive. */
public final class CryptographicAlgorithm extends OpenEnum {
  public static final EnumKind<CryptographicAlgorithm> KIND =
      new EnumKind<>(Tag.CRYPTOGRAPHIC_ALGORITHM, CryptographicAlgorithm::new);

  public static final CryptographicAlgorithm DES = KIND.known(0x01, "DES");
  public static final CryptographicAlgorithm TRIPLE_DES = KIND.known(0x02, "DES3");
  public static final CryptographicAlgorithm AES = KIND.known(0x03, "AES");
  public static final CryptographicAlgorithm RSA = KIND.known(0x04, "RSA");
  public static final CryptographicAlgorithm DSA = KIND.known(0x05, "DSA");
  public static final CryptographicAlgorithm ECDSA = KIND.known(0x06, "ECDSA");
  public static final CryptographicAlgorithm HMAC_SHA1 = KIND.known(0x07, "HMAC_SHA1");
  public static final CryptographicAlgorithm HMAC_SHA224 = KIND.known(0x08, "HMAC_SHA224");
  public static final CryptographicAlgorithm HMAC_SHA256 = KIND.known(0x09, "HMAC_SHA256");
  public static final CryptographicAlgorithm HMAC_SHA384 = KIND.known(0x0a, "HMAC_SHA384");
  public static final CryptographicAlgorithm HMAC_SHA512 = KIND.known(0x0b, "HMAC_SHA512");
  public static final CryptographicAlgorithm HMAC_MD5 = KIND.known(0x0c, "HMAC_MD5");
  public static final CryptographicAlgorithm DH = KIND.known(0x0d, "DH");
  public static final CryptographicAlgorithm ECDH = KIND.known(0x0e, "ECDH");
  public static final CryptographicAlgorithm ECMQV = KIND.known(0x0f, "ECMQV");
  public static final CryptographicAlgorithm BLOWFISH = KIND.known(0x10, "Blowfish");
  public static final CryptographicAlgorithm CAMELLIA = KIND.known(0x11, "Camellia");
  public static final CryptographicAlgorithm CAST5 = KIND.known(0x12, "CAST5");
  public static final CryptographicAlgorithm IDEA = KIND.known(0x13, "IDEA");
  public static final CryptographicAlgorithm MARS = KIND.known(0x14, "MARS");
  public static final CryptographicAlgorithm RC2 = KIND.known(0x15, "RC2");
  public static final CryptographicAlgorithm RC4 = KIND.known(0x16, "RC4");
  public static final CryptographicAlgorithm RC5 = KIND.known(0x17, "RC5");
  public static final CryptographicAlgorithm SKIPJACK = KIND.known(0x18, "SKIPJACK");
  public static final CryptographicAlgorithm TWOFISH = KIND.known(0x19, "Twofish");
  public static final CryptographicAlgorithm EC = KIND.known(0x1a, "EC");
  public static final CryptographicAlgorithm ONE_TIME_PAD = KIND.known(0x1b, "OneTimePad");
  public static final CryptographicAlgorithm CHA_CHA20 = KIND.known(0x1c, "ChaCha20");
  public static final CryptographicAlgorithm POLY1305 = KIND.known(0x1d, "Poly1305");
  public static final CryptographicAlgorithm CHA_CHA20_POLY1305 =
      KIND.known(0x1e, "ChaCha20Poly1305");
  public static final CryptographicAlgorithm SHA3_224 = KIND.known(0x1f, "SHA3_224");
  public static final CryptographicAlgorithm SHA3_256 = KIND.known(0x20, "SHA3_256");
  public static final CryptographicAlgorithm SHA3_384 = KIND.known(0x21, "SHA3_384");
  public static final CryptographicAlgorithm SHA3_512 = KIND.known(0x22, "SHA3_512");
  public static final CryptographicAlgorithm HMAC_SHA3_224 = KIND.known(0x23, "HMAC_SHA3_224");
  public static final CryptographicAlgorithm HMAC_SHA3_256 = KIND.known(0x24, "HMAC_SHA3_256");
  public static final CryptographicAlgorithm HMAC_SHA3_384 = KIND.known(0x25, "HMAC_SHA3_384");
  public static final CryptographicAlgorithm HMAC_SHA3_512 = KIND.known(0x26, "HMAC_SHA3_512");
  public static final CryptographicAlgorithm SHAKE_128 = KIND.known(0x27, "SHAKE_128");
  public static final CryptographicAlgorithm SHAKE_256 = KIND.known(0x28, "SHAKE_256");
  public static final CryptographicAlgorithm ARIA = KIND.known(0x29, "ARIA");
  public static final CryptographicAlgorithm SEED = KIND.known(0x2a, "SEED");
  public static final CryptographicAlgorithm SM2 = KIND.known(0x2b, "SM2");
  public static final CryptographicAlgorithm SM3 = KIND.known(0x2c, "SM3");
  public static final CryptographicAlgorithm SM4 = KIND.known(0x2d, "SM4");
  public static final CryptographicAlgorithm GOST_R_34_10_2012 =
      KIND.known(0x2e, "GOSTR34_10_2012");
  public static final CryptographicAlgorithm GOST_R_34_11_2012 =
      KIND.known(0x2f, "GOSTR34_11_2012");
  public static final CryptographicAlgorithm GOST_R_34_13_2015 =
      KIND.known(0x30, "GOSTR34_13_2015");
  public static final CryptographicAlgorithm GOST_28147_89 = KIND.known(0x31, "GOST28147_89");
  public static final CryptographicAlgorithm XMSS = KIND.known(0x32, "XMSS");
  public static final CryptographicAlgorithm SPHINCS_256 = KIND.known(0x33, "SPHINCS_256");
  public static final CryptographicAlgorithm MC_ELIECE = KIND.known(0x34, "McEliece");
  public static final CryptographicAlgorithm MC_ELIECE_6960119 =
      KIND.known(0x35, "McEliece_6960119");
  public static final CryptographicAlgorithm MC_ELIECE_8192128 =
      KIND.known(0x36, "McEliece_8192128");
  public static final CryptographicAlgorithm ED25519 = KIND.known(0x37, "Ed25519");
  public static final CryptographicAlgorithm ED448 = KIND.known(0x38, "Ed448");

  private CryptographicAlgorithm(int value, String name) {
    super(value, name);
  }
}
