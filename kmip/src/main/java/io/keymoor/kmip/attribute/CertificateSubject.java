package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.List;

/** The Certificate Subject attribute (KMIP 1.4 section 3.14; deprecated since 1.1). */
public record CertificateSubject(String name, List<String> alternativeNames) {
  public static final Structure<CertificateSubject> TYPE =
      new Structure<>(fields ->
          new CertificateSubject(
              fields.required(
                  Tag.CERTIFICATE_SUBJECT_DISTINGUISHED_NAME, Types.TEXT, CertificateSubject::name),
              fields.repeated(
                  Tag.CERTIFICATE_SUBJECT_ALTERNATIVE_NAME,
                  Types.TEXT,
                  CertificateSubject::alternativeNames)));

  public CertificateSubject {
    alternativeNames = List.copyOf(alternativeNames);
  }
}
