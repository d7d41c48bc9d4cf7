package io.keymoor.crypto;

import io.keymoor.secret.SecretBytes;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
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
 * The manager's own certificate authority: ECDSA P-256 with SHA-256, X.509 v3 (RFC 5280).
 *
 * <p>Guarantee: every certificate but those of {@link #certify} has one purpose (server or client),
 * a random 127-bit serial number and a name that the caller chose, never one that a request asked
 * for. Validity starts five minutes early, for clocks that disagree a little, and ends after 398
 * days, or with the CA's own ten years. Thread-safe.
 */
public final class CertificateAuthority {
  private static final Duration EARLY = Duration.ofMinutes(5);
  private static final Duration CA_VALIDITY = Duration.ofDays(3650);
  private static final Duration VALIDITY = Duration.ofDays(398);

  private final X509Certificate certificate;
  private final PrivateKey key;
  private final InstantSource clock;
  private final SecureRandom random;

  private CertificateAuthority(
      X509Certificate certificate, PrivateKey key, InstantSource clock, SecureRandom random) {
    this.certificate = certificate;
    this.key = key;
    this.clock = clock;
    this.random = random;
  }

  /** A new CA with a fresh key and a self-signed certificate valid for ten years. */
  public static CertificateAuthority create(
      String commonName, InstantSource clock, SecureRandom random) {
    return of(newKeyPair(random), commonName, clock, random);
  }

  /**
   * The CA whose key a secret gives: whoever has the secret issues certificates that all others who
   * have it trust, and nobody else does. Its certificates differ in serial number and time only.
   *
   * @param secret at least 48 uniformly random or derived bytes; used and not closed
   */
  public static CertificateAuthority ofSecret(
      SecretBytes secret, String commonName, InstantSource clock, SecureRandom random) {
    return of(DerivedKeyPair.of(secret), commonName, clock, random);
  }

  private static CertificateAuthority of(
      KeyPair keys, String commonName, InstantSource clock, SecureRandom random) {
    X500Principal name = new X500Principal("CN=" + commonName);
    Instant now = clock.instant();
    X509v3CertificateBuilder builder =
        builder(name, name, keys.getPublic(), now, CA_VALIDITY, random);
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
    return new CertificateAuthority(
        sign(builder, keys.getPrivate()), keys.getPrivate(), clock, random);
  }

  /** A CA from its stored parts. */
  public static CertificateAuthority load(
      X509Certificate certificate, PrivateKey key, InstantSource clock, SecureRandom random) {
    return new CertificateAuthority(certificate, key, clock, random);
  }

  /** The certificate that others trust. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** The CA's private key, to be stored sealed. */
  public PrivateKey privateKey() {
    return key;
  }

  /**
   * A TLS server certificate.
   *
   * @param names DNS names and IP addresses under which clients connect, at least one
   */
  public X509Certificate issueServer(PublicKey subject, String commonName, List<String> names) {
    GeneralName[] alternatives =
        names.stream()
            .map(name -> new GeneralName(isAddress(name) ? 7 : 2, name))
            .toArray(GeneralName[]::new);
    return issue(
        subject,
        commonName,
        KeyPurposeId.id_kp_serverAuth,
        Optional.of(new GeneralNames(alternatives)));
  }

  /** A TLS client certificate. */
  public X509Certificate issueClient(PublicKey subject, String commonName) {
    return issue(subject, commonName, KeyPurposeId.id_kp_clientAuth, Optional.empty());
  }

  /**
   * What somebody else's certificate shall say.
   *
   * @param alternativeNames the Subject Alternative Name extension, DER
   * @param keyEncipherment whether keys may be encrypted with the key, beside signatures
   * @param from when it begins
   * @param until when it ends, after {@code from}; not later than this CA's own certificate
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Contents(
      PublicKey key,
      X500Principal subject,
      Optional<byte[]> alternativeNames,
      boolean keyEncipherment,
      Instant from,
      Instant until) {}

  /**
   * A certificate with the names that its holder chose, for any purpose but a CA's. Only for a CA
   * whose certificates open nothing of this product.
   *
   * @throws CryptoException.Damaged when the alternative names are no such extension
   */
  public X509Certificate certify(Contents contents) {
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            certificate.getSubjectX500Principal(),
            new BigInteger(127, random).setBit(126),
            Date.from(contents.from()),
            Date.from(contents.until()),
            contents.subject(),
            contents.key());
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
          identifiers.createAuthorityKeyIdentifier(certificate.getPublicKey()));
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

  /** A fresh key with a server certificate of this CA. */
  public TlsIdentity newServerIdentity(String commonName, List<String> names) {
    KeyPair keys = newKeyPair(random);
    return new TlsIdentity(
        keys.getPrivate(), issueServer(keys.getPublic(), commonName, names), certificate);
  }

  /** A fresh key with a client certificate of this CA. */
  public TlsIdentity newClientIdentity(String commonName) {
    KeyPair keys = newKeyPair(random);
    return new TlsIdentity(
        keys.getPrivate(), issueClient(keys.getPublic(), commonName), certificate);
  }

  /** A fresh ECDSA P-256 key pair. */
  public static KeyPair newKeyPair(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK lacks EC P-256", impossible);
    }
  }

  /** SHA-256 over the certificate, in hexadecimal with colons, as people compare it. */
  public static String fingerprint(X509Certificate certificate) {
    try {
      return HexFormat.ofDelimiter(":")
          .withUpperCase()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("a certificate without an encoding", impossible);
    }
  }

  /** The common name in a certificate's subject, when it has exactly one. */
  public static Optional<String> commonName(X509Certificate certificate) {
    try {
      var names =
          new org.bouncycastle.cert.jcajce.JcaX509CertificateHolder(certificate)
              .getSubject()
              .getRDNs(org.bouncycastle.asn1.x500.style.BCStyle.CN);
      return names.length == 1
          ? Optional.of(names[0].getFirst().getValue().toString())
          : Optional.empty();
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException("a certificate without an encoding", impossible);
    }
  }

  private X509Certificate issue(
      PublicKey subject,
      String commonName,
      KeyPurposeId purpose,
      Optional<GeneralNames> alternatives) {
    X509v3CertificateBuilder builder =
        builder(
            certificate.getSubjectX500Principal(),
            new X500Principal("CN=" + commonName),
            subject,
            clock.instant(),
            validity(),
            random);
    try {
      JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(purpose));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          identifiers.createAuthorityKeyIdentifier(certificate.getPublicKey()));
      if (alternatives.isPresent()) {
        builder.addExtension(Extension.subjectAlternativeName, false, alternatives.get());
      }
    } catch (CertIOException | GeneralSecurityException impossible) {
      throw new IllegalStateException("could not build a certificate", impossible);
    }
    return sign(builder, key);
  }

  /** Nothing that the CA issues lives longer than its own certificate. */
  private Duration validity() {
    Duration left = Duration.between(clock.instant(), CertificateLife.of(certificate).ends());
    return left.compareTo(VALIDITY) < 0 ? left : VALIDITY;
  }

  private static X509v3CertificateBuilder builder(
      X500Principal issuer,
      X500Principal subject,
      PublicKey key,
      Instant now,
      Duration validity,
      SecureRandom random) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(127, random).setBit(126),
        Date.from(now.minus(EARLY)),
        Date.from(now.plus(validity)),
        subject,
        key);
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key) {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    } catch (OperatorCreationException | GeneralSecurityException impossible) {
      throw new IllegalStateException("could not sign a certificate", impossible);
    }
  }

  private static boolean isAddress(String name) {
    return name.indexOf(':') >= 0 || name.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  }
}
