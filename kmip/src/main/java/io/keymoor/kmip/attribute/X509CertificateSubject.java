package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.List;

/** The X.509 Certificate Subject attribute (KMIP 2.1 section 4.63), DER. */
public record X509CertificateSubject(ByteString name, List<ByteString> alternativeNames) {
  public static final Structure<X509CertificateSubject> TYPE =
      new Structure<>(fields ->
          new X509CertificateSubject(
              fields.required(
                  Tag.SUBJECT_DISTINGUISHED_NAME, Types.BYTES, X509CertificateSubject::name),
              fields.repeated(
                  Tag.SUBJECT_ALTERNATIVE_NAME,
                  Types.BYTES,
                  X509CertificateSubject::alternativeNames)));

  public X509CertificateSubject {
    alternativeNames = List.copyOf(alternativeNames);
  }
}
