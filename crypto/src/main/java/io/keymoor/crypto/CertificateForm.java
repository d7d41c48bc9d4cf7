package io.keymoor.crypto;

import io.keymoor.crypto.CertificateAuthority.Contents;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The contents and extensions of the certificates that {@link CertificateAuthority} signs. Apart
 * from it, because this class needs Bouncy Castle, whose signed archives a JVM checks when it first
 * looks into them: a service that issues nothing when it starts does not wait for that.
 */
final class CertificateForm {
  private CertificateForm() {}

  /** What a certificate may be used for. */
  enum Purpose {
    SERVER,
    CLIENT
  }

  /**
   * Whom a certificate of the product's own TLS is for.
   *
   * @param names DNS names and IP addresses; none for a client
   */
  record Subject(PublicKey key, String commonName, List<String> names, Purpose purpose) {}

  static X509Certificate ofAuthority(
      KeyPair keys, String commonName, Instant from, Instant until, BigInteger serial) {
    X500Principal name = new X500Principal("CN=" + commonName);
    X509v3CertificateBuilder builder = builder(name, name, keys.getPublic(), from, until, serial);
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
    } catch (CertIOException | GeneralSecurityException impossible) {
      throw new IllegalStateException("could not build a CA certificate", impossible);
    }
    return sign(builder, keys.getPrivate());
  }

  static X509Certificate forTls(
      Subject subject,
      Instant from,
      Instant until,
      X509Certificate authority,
      PrivateKey key,
      BigInteger serial) {
    X509v3CertificateBuilder builder =
        builder(
            authority.getSubjectX500Principal(),
            new X500Principal("CN=" + subject.commonName()),
            subject.key(),
            from,
            until,
            serial);
    try {
      JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage, true, new ExtendedKeyUsage(use(subject.purpose())));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          identifiers.createAuthorityKeyIdentifier(authority.getPublicKey()));
      if (subject.purpose() == Purpose.SERVER) {
        builder.addExtension(
            Extension.subjectAlternativeName, false, alternatives(subject.names()));
      }
    } catch (CertIOException | GeneralSecurityException impossible) {
      throw new IllegalStateException("could not build a certificate", impossible);
    }
    return sign(builder, key);
  }

  static X509Certificate ofContents(
      Contents contents, X509Certificate authority, PrivateKey key, BigInteger serial) {
    X509v3CertificateBuilder builder =
        builder(
            authority.getSubjectX500Principal(),
            contents.subject(),
            contents.key(),
            contents.from(),
            contents.until(),
            serial);
    try {
      JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
      int uses =
          KeyUsage.digitalSignature | (contents.keyEncipherment() ? KeyUsage.keyEncipherment : 0);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(uses));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          identifiers.createSubjectKeyIdentifier(contents.key()));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          identifiers.createAuthorityKeyIdentifier(authority.getPublicKey()));
      if (contents.alternativeNames().isPresent()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            GeneralNames.getInstance(contents.alternativeNames().get()));
      }
    } catch (IllegalArgumentException malformed) {
      throw new CryptoException.Damaged("The alternative names asked for are malformed.");
    } catch (CertIOException | GeneralSecurityException impossible) {
      throw new IllegalStateException("could not build a certificate", impossible);
    }
    return sign(builder, key);
  }

  private static KeyPurposeId use(Purpose purpose) {
    return switch (purpose) {
      case SERVER -> KeyPurposeId.id_kp_serverAuth;
      case CLIENT -> KeyPurposeId.id_kp_clientAuth;
    };
  }

  private static GeneralNames alternatives(List<String> names) {
    return new GeneralNames(
        names.stream()
            .map(name -> new GeneralName(isAddress(name) ? 7 : 2, name))
            .toArray(GeneralName[]::new));
  }

  private static boolean isAddress(String name) {
    return name.indexOf(':') >= 0 || name.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  }

  private static X509v3CertificateBuilder builder(
      X500Principal issuer,
      X500Principal subject,
      PublicKey key,
      Instant from,
      Instant until,
      BigInteger serial) {
    return new JcaX509v3CertificateBuilder(
        issuer, serial, Date.from(from), Date.from(until), subject, key);
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key) {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    } catch (OperatorCreationException | GeneralSecurityException impossible) {
      throw new IllegalStateException("could not sign a certificate", impossible);
    }
  }
}
