package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.List;

/** The Certificate Issuer attribute (KMIP 1.4 section 3.15; deprecated since 1.1). */
public record CertificateIssuer(String name, List<String> alternativeNames) {
  public static final Structure<CertificateIssuer> TYPE =
      new Structure<>(fields ->
          new CertificateIssuer(
              fields.required(
                  Tag.CERTIFICATE_ISSUER_DISTINGUISHED_NAME, Types.TEXT, CertificateIssuer::name),
              fields.repeated(
                  Tag.CERTIFICATE_ISSUER_ALTERNATIVE_NAME,
                  Types.TEXT,
                  CertificateIssuer::alternativeNames)));

  public CertificateIssuer {
    alternativeNames = List.copyOf(alternativeNames);
  }
}
