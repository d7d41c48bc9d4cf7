package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Digital Signature Algorithm (KMIP 2.1 section 11.16); unknown values survive. */
public final class DigitalSignatureAlgorithm extends OpenEnum {
  public static final EnumKind<DigitalSignatureAlgorithm> KIND =
      new EnumKind<>(Tag.DIGITAL_SIGNATURE_ALGORITHM, DigitalSignatureAlgorithm::new);

  public static final DigitalSignatureAlgorithm MD2_WITH_RSA_ENCRYPTION_PKCS_1_V1_5 =
      KIND.known(0x01, "MD2WithRSAEncryptionPKCS_1V1_5");
  public static final DigitalSignatureAlgorithm MD5_WITH_RSA_ENCRYPTION_PKCS_1_V1_5 =
      KIND.known(0x02, "MD5WithRSAEncryptionPKCS_1V1_5");
  public static final DigitalSignatureAlgorithm SHA_1_WITH_RSA_ENCRYPTION_PKCS_1_V1_5 =
      KIND.known(0x03, "SHA_1WithRSAEncryptionPKCS_1V1_5");
  public static final DigitalSignatureAlgorithm SHA_224_WITH_RSA_ENCRYPTION_PKCS_1_V1_5 =
      KIND.known(0x04, "SHA_224WithRSAEncryptionPKCS_1V1_5");
  public static final DigitalSignatureAlgorithm SHA_256_WITH_RSA_ENCRYPTION_PKCS_1_V1_5 =
      KIND.known(0x05, "SHA_256WithRSAEncryptionPKCS_1V1_5");
  public static final DigitalSignatureAlgorithm SHA_384_WITH_RSA_ENCRYPTION_PKCS_1_V1_5 =
      KIND.known(0x06, "SHA_384WithRSAEncryptionPKCS_1V1_5");
  public static final DigitalSignatureAlgorithm SHA_512_WITH_RSA_ENCRYPTION_PKCS_1_V1_5 =
      KIND.known(0x07, "SHA_512WithRSAEncryptionPKCS_1V1_5");
  public static final DigitalSignatureAlgorithm RSASSA_PSS_PKCS_1_V2_1 =
      KIND.known(0x08, "RSASSA_PSSPKCS_1V2_1");
  public static final DigitalSignatureAlgorithm DSA_WITH_SHA_1 = KIND.known(0x09, "DSAWithSHA_1");
  public static final DigitalSignatureAlgorithm DSA_WITH_SHA224 = KIND.known(0x0a, "DSAWithSHA224");
  public static final DigitalSignatureAlgorithm DSA_WITH_SHA256 = KIND.known(0x0b, "DSAWithSHA256");
  public static final DigitalSignatureAlgorithm ECDSA_WITH_SHA_1 =
      KIND.known(0x0c, "ECDSAWithSHA_1");
  public static final DigitalSignatureAlgorithm ECDSA_WITH_SHA224 =
      KIND.known(0x0d, "ECDSAWithSHA224");
  public static final DigitalSignatureAlgorithm ECDSA_WITH_SHA256 =
      KIND.known(0x0e, "ECDSAWithSHA256");
  public static final DigitalSignatureAlgorithm ECDSA_WITH_SHA384 =
      KIND.known(0x0f, "ECDSAWithSHA384");
  public static final DigitalSignatureAlgorithm ECDSA_WITH_SHA512 =
      KIND.known(0x10, "ECDSAWithSHA512");
  public static final DigitalSignatureAlgorithm SHA3_256_WITH_RSA_ENCRYPTION =
      KIND.known(0x11, "SHA3_256WithRSAEncryption");
  public static final DigitalSignatureAlgorithm SHA3_384_WITH_RSA_ENCRYPTION =
      KIND.known(0x12, "SHA3_384WithRSAEncryption");
  public static final DigitalSignatureAlgorithm SHA3_512_WITH_RSA_ENCRYPTION =
      KIND.known(0x13, "SHA3_512WithRSAEncryption");

  private DigitalSignatureAlgorithm(int value, String name) {
    super(value, name);
  }
}
