package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.X509CertificateIdentifier;
import io.keymoor.kmip.attribute.X509CertificateIssuer;
import io.keymoor.kmip.attribute.X509CertificateSubject;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.vocabulary.CertificateType;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a server says about a certificate (KMIP 1.4 sections 3.8 to 3.12): from its own contents.
 */
final class CertificateAttributes {
  private static final int DER_INTEGER = 2;
  private static final int LONG_FORM = 0x80;

  private CertificateAttributes() {}

  static List<Attribute<?>> of(ManagedObject.Certificate certificate) {
    List<Attribute<?>> attributes = new ArrayList<>();
    attributes.add(Attribute.of(AttributeTypes.CERTIFICATE_TYPE, certificate.type()));
    Optional<X509Certificate> parsed =
        certificate.type().equals(CertificateType.X_509)
            ? parsed(certificate.value().toByteArray())
            : Optional.empty();
    parsed.ifPresent(it -> describe(it, certificate.value(), attributes));
    return attributes;
  }

  /** An X.509 certificate; empty where the bytes are none, which a client may register. */
  static Optional<X509Certificate> parsed(byte[] bytes) {
    try {
      return CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(bytes))
              instanceof X509Certificate certificate
          ? Optional.of(certificate)
          : Optional.empty();
    } catch (CertificateException none) {
      return Optional.empty();
    }
  }

  private static void describe(
      X509Certificate certificate, ByteString value, List<Attribute<?>> attributes) {
    ByteString issuer = ByteString.owning(certificate.getIssuerX500Principal().getEncoded());
    ByteString subject = ByteString.owning(certificate.getSubjectX500Principal().getEncoded());
    attributes.add(Attribute.of(AttributeTypes.CERTIFICATE_LENGTH, value.toByteArray().length));
    attributes.add(
        Attribute.of(
            AttributeTypes.X_509_CERTIFICATE_IDENTIFIER,
            new X509CertificateIdentifier(
                issuer, ByteString.owning(der(certificate.getSerialNumber().toByteArray())))));
    attributes.add(
        Attribute.of(
            AttributeTypes.X_509_CERTIFICATE_SUBJECT,
            new X509CertificateSubject(subject, List.of())));
    attributes.add(
        Attribute.of(
            AttributeTypes.X_509_CERTIFICATE_ISSUER, new X509CertificateIssuer(issuer, List.of())));
  }

  private static byte[] der(byte[] integer) {
    if (integer.length >= LONG_FORM) {
      throw new IllegalStateException("a serial number of " + integer.length + " bytes");
    }
    byte[] der = new byte[integer.length + 2];
    der[0] = DER_INTEGER;
    der[1] = (byte) integer.length;
    System.arraycopy(integer, 0, der, 2, integer.length);
    return der;
  }
}
