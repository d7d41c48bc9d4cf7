package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Certificate Type (KMIP 2.1 section 11.9); unknown values survive. */
public final class CertificateType extends OpenEnum {
  public static final EnumKind<CertificateType> KIND =
      new EnumKind<>(Tag.CERTIFICATE_TYPE, CertificateType::new);

  public static final CertificateType X_509 = KIND.known(0x01, "X_509");
  public static final CertificateType PGP = KIND.known(0x02, "PGP");

  private CertificateType(int value, String name) {
    super(value, name);
  }
}
