package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;

/** The Certificate Identifier attribute (KMIP 1.4 section 3.13; deprecated since 1.1). */
public record CertificateIdentifier(String issuer, Optional<String> serialNumber) {
  public static final Structure<CertificateIdentifier> TYPE =
      new Structure<>(fields ->
          new CertificateIdentifier(
              fields.required(Tag.ISSUER, Types.TEXT, CertificateIdentifier::issuer),
              fields.optional(Tag.SERIAL_NUMBER, Types.TEXT, CertificateIdentifier::serialNumber)));
}
