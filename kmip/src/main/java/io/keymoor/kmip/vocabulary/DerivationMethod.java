package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Derivation Method (KMIP 2.1 section 11.14); unknown values survive. */
public final class DerivationMethod extends OpenEnum {
  public static final EnumKind<DerivationMethod> KIND =
      new EnumKind<>(Tag.DERIVATION_METHOD, DerivationMethod::new);

  public static final DerivationMethod PBKDF2 = KIND.known(0x01, "PBKDF2");
  public static final DerivationMethod HASH = KIND.known(0x02, "HASH");
  public static final DerivationMethod HMAC = KIND.known(0x03, "HMAC");
  public static final DerivationMethod ENCRYPT = KIND.known(0x04, "ENCRYPT");
  public static final DerivationMethod NIST800_108_C = KIND.known(0x05, "NIST800_108_C");
  public static final DerivationMethod NIST800_108_F = KIND.known(0x06, "NIST800_108_F");
  public static final DerivationMethod NIST800_108_DPI = KIND.known(0x07, "NIST800_108_DPI");
  public static final DerivationMethod ASYMMETRIC_KEY = KIND.known(0x08, "AsymmetricKey");
  public static final DerivationMethod AWS_SIGNATURE_VERSION_4 =
      KIND.known(0x09, "AWSSignatureVersion4");
  public static final DerivationMethod HKDF = KIND.known(0x0a, "HKDF");

  private DerivationMethod(int value, String name) {
    super(value, name);
  }
}
