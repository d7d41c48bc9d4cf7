package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Attestation Type (KMIP 2.1 section 11.4); unknown values survive. */
public final class AttestationType extends OpenEnum {
  public static final EnumKind<AttestationType> KIND =
      new EnumKind<>(Tag.ATTESTATION_TYPE, AttestationType::new);

  public static final AttestationType TPM_QUOTE = KIND.known(0x01, "TPMQuote");
  public static final AttestationType TCG_INTEGRITY_REPORT = KIND.known(0x02, "TCGIntegrityReport");
  public static final AttestationType SAML_ASSERTION = KIND.known(0x03, "SAMLAssertion");

  private AttestationType(int value, String name) {
    super(value, name);
  }
}
