package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Object Type (KMIP 2.1 section 11.34); unknown values survive. */
public final class ObjectType extends OpenEnum {
  public static final EnumKind<ObjectType> KIND = new EnumKind<>(Tag.OBJECT_TYPE, ObjectType::new);

  public static final ObjectType CERTIFICATE = KIND.known(0x01, "Certificate");
  public static final ObjectType SYMMETRIC_KEY = KIND.known(0x02, "SymmetricKey");
  public static final ObjectType PUBLIC_KEY = KIND.known(0x03, "PublicKey");
  public static final ObjectType PRIVATE_KEY = KIND.known(0x04, "PrivateKey");
  public static final ObjectType SPLIT_KEY = KIND.known(0x05, "SplitKey");
  public static final ObjectType TEMPLATE = KIND.known(0x06, "Template");
  public static final ObjectType SECRET_DATA = KIND.known(0x07, "SecretData");
  public static final ObjectType OPAQUE_OBJECT = KIND.known(0x08, "OpaqueObject");
  public static final ObjectType PGP_KEY = KIND.known(0x09, "PGPKey");
  public static final ObjectType CERTIFICATE_REQUEST = KIND.known(0x0a, "CertificateRequest");

  private ObjectType(int value, String name) {
    super(value, name);
  }
}
