package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Key Format Type (KMIP 2.1 section 11.25); unknown values survive. */
public final class KeyFormatType extends OpenEnum {
  public static final EnumKind<KeyFormatType> KIND =
      new EnumKind<>(Tag.KEY_FORMAT_TYPE, KeyFormatType::new);

  public static final KeyFormatType RAW = KIND.known(0x01, "Raw");
  public static final KeyFormatType OPAQUE = KIND.known(0x02, "Opaque");
  public static final KeyFormatType PKCS_1 = KIND.known(0x03, "PKCS_1");
  public static final KeyFormatType PKCS_8 = KIND.known(0x04, "PKCS_8");
  public static final KeyFormatType X_509 = KIND.known(0x05, "X_509");
  public static final KeyFormatType EC_PRIVATE_KEY = KIND.known(0x06, "ECPrivateKey");
  public static final KeyFormatType TRANSPARENT_SYMMETRIC_KEY =
      KIND.known(0x07, "TransparentSymmetricKey");
  public static final KeyFormatType TRANSPARENT_DSA_PRIVATE_KEY =
      KIND.known(0x08, "TransparentDSAPrivateKey");
  public static final KeyFormatType TRANSPARENT_DSA_PUBLIC_KEY =
      KIND.known(0x09, "TransparentDSAPublicKey");
  public static final KeyFormatType TRANSPARENT_RSA_PRIVATE_KEY =
      KIND.known(0x0a, "TransparentRSAPrivateKey");
  public static final KeyFormatType TRANSPARENT_RSA_PUBLIC_KEY =
      KIND.known(0x0b, "TransparentRSAPublicKey");
  public static final KeyFormatType TRANSPARENT_DH_PRIVATE_KEY =
      KIND.known(0x0c, "TransparentDHPrivateKey");
  public static final KeyFormatType TRANSPARENT_DH_PUBLIC_KEY =
      KIND.known(0x0d, "TransparentDHPublicKey");
  public static final KeyFormatType TRANSPARENT_ECDSA_PRIVATE_KEY =
      KIND.known(0x0e, "TransparentECDSAPrivateKey");
  public static final KeyFormatType TRANSPARENT_ECDSA_PUBLIC_KEY =
      KIND.known(0x0f, "TransparentECDSAPublicKey");
  public static final KeyFormatType TRANSPARENT_ECDH_PRIVATE_KEY =
      KIND.known(0x10, "TransparentECDHPrivateKey");
  public static final KeyFormatType TRANSPARENT_ECDH_PUBLIC_KEY =
      KIND.known(0x11, "TransparentECDHPublicKey");
  public static final KeyFormatType TRANSPARENT_ECMQV_PRIVATE_KEY =
      KIND.known(0x12, "TransparentECMQVPrivateKey");
  public static final KeyFormatType TRANSPARENT_ECMQV_PUBLIC_KEY =
      KIND.known(0x13, "TransparentECMQVPublicKey");
  public static final KeyFormatType TRANSPARENT_EC_PRIVATE_KEY =
      KIND.known(0x14, "TransparentECPrivateKey");
  public static final KeyFormatType TRANSPARENT_EC_PUBLIC_KEY =
      KIND.known(0x15, "TransparentECPublicKey");
  public static final KeyFormatType PKCS_12 = KIND.known(0x16, "PKCS_12");
  public static final KeyFormatType PKCS_10 = KIND.known(0x17, "PKCS_10");

  private KeyFormatType(int value, String name) {
    super(value, name);
  }
}
