package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Tag;

/** The X.509 Certificate Identifier attribute (KMIP 2.1 section 4.61), DER. */
public record X509CertificateIdentifier(ByteString issuer, ByteString serialNumber) {
  public static final Structure<X509CertificateIdentifier> TYPE =
      new Structure<>(fields ->
          new X509CertificateIdentifier(
              fields.required(
                  Tag.ISSUER_DISTINGUISHED_NAME, Types.BYTES, X509CertificateIdentifier::issuer),
              fields.required(
                  Tag.CERTIFICATE_SERIAL_NUMBER,
                  Types.BYTES,
                  X509CertificateIdentifier::serialNumber)));
}
