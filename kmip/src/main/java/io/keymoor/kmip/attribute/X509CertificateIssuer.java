package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.List;

/** The X.509 Certificate Issuer attribute (KMIP 2.1 section 4.62), DER. */
public record X509CertificateIssuer(ByteString name, List<ByteString> alternativeNames) {
  public static final Structure<X509CertificateIssuer> TYPE =
      new Structure<>(fields ->
          new X509CertificateIssuer(
              fields.required(
                  Tag.ISSUER_DISTINGUISHED_NAME, Types.BYTES, X509CertificateIssuer::name),
              fields.repeated(
                  Tag.ISSUER_ALTERNATIVE_NAME,
                  Types.BYTES,
                  X509CertificateIssuer::alternativeNames)));

  public X509CertificateIssuer {
    alternativeNames = List.copyOf(alternativeNames);
  }
}
