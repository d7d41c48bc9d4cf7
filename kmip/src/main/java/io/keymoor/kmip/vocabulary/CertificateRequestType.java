package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Certificate Request Type (KMIP 2.1 section 11.8); unknown values survive. */
public final class CertificateRequestType extends OpenEnum {
  public static final EnumKind<CertificateRequestType> KIND =
      new EnumKind<>(Tag.CERTIFICATE_REQUEST_TYPE, CertificateRequestType::new);

  public static final CertificateRequestType CRMF = KIND.known(0x01, "CRMF");
  public static final CertificateRequestType PKCS_10 = KIND.known(0x02, "PKCS_10");
  public static final CertificateRequestType PEM = KIND.known(0x03, "PEM");
  public static final CertificateRequestType PGP = KIND.known(0x04, "PGP");

  private CertificateRequestType(int value, String name) {
    super(value, name);
  }
}
