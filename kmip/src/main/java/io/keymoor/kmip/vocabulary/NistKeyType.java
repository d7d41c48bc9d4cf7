package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** NIST Key Type (KMIP 2.1 section 11.32); unknown values survive. */
public final class NistKeyType extends OpenEnum {
  public static final EnumKind<NistKeyType> KIND =
      new EnumKind<>(Tag.NIST_KEY_TYPE, NistKeyType::new);

  public static final NistKeyType PRIVATE_SIGNATURE_KEY = KIND.known(0x01, "PrivateSignatureKey");
  public static final NistKeyType PUBLIC_SIGNATURE_VERIFICATION_KEY =
      KIND.known(0x02, "PublicSignatureVerificationKey");
  public static final NistKeyType SYMMETRIC_AUTHENTICATION_KEY =
      KIND.known(0x03, "SymmetricAuthenticationKey");
  public static final NistKeyType PRIVATE_AUTHENTICATION_KEY =
      KIND.known(0x04, "PrivateAuthenticationKey");
  public static final NistKeyType PUBLIC_AUTHENTICATION_KEY =
      KIND.known(0x05, "PublicAuthenticationKey");
  public static final NistKeyType SYMMETRIC_DATA_ENCRYPTION_KEY =
      KIND.known(0x06, "SymmetricDataEncryptionKey");
  public static final NistKeyType SYMMETRIC_KEY_WRAPPING_KEY =
      KIND.known(0x07, "SymmetricKeyWrappingKey");
  public static final NistKeyType SYMMETRIC_RANDOM_NUMBER_GENERATION_KEY =
      KIND.known(0x08, "SymmetricRandomNumberGenerationKey");
  public static final NistKeyType SYMMETRIC_MASTER_KEY = KIND.known(0x09, "SymmetricMasterKey");
  public static final NistKeyType PRIVATE_KEY_TRANSPORT_KEY =
      KIND.known(0x0a, "PrivateKeyTransportKey");
  public static final NistKeyType PUBLIC_KEY_TRANSPORT_KEY =
      KIND.known(0x0b, "PublicKeyTransportKey");
  public static final NistKeyType SYMMETRIC_KEY_AGREEMENT_KEY =
      KIND.known(0x0c, "SymmetricKeyAgreementKey");
  public static final NistKeyType PRIVATE_STATIC_KEY_AGREEMENT_KEY =
      KIND.known(0x0d, "PrivateStaticKeyAgreementKey");
  public static final NistKeyType PUBLIC_STATIC_KEY_AGREEMENT_KEY =
      KIND.known(0x0e, "PublicStaticKeyAgreementKey");
  public static final NistKeyType PRIVATE_EPHEMERAL_KEY_AGREEMENT_KEY =
      KIND.known(0x0f, "PrivateEphemeralKeyAgreementKey");
  public static final NistKeyType PUBLIC_EPHEMERAL_KEY_AGREEMENT_KEY =
      KIND.known(0x10, "PublicEphemeralKeyAgreementKey");
  public static final NistKeyType SYMMETRIC_AUTHORIZATION_KEY =
      KIND.known(0x11, "SymmetricAuthorizationKey");
  public static final NistKeyType PRIVATE_AUTHORIZATION_KEY =
      KIND.known(0x12, "PrivateAuthorizationKey");
  public static final NistKeyType PUBLIC_AUTHORIZATION_KEY =
      KIND.known(0x13, "PublicAuthorizationKey");

  private NistKeyType(int value, String name) {
    super(value, name);
  }
}
