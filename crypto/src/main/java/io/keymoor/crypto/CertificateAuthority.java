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
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

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
    Instant now = clock.instant();
    X509Certificate own =
        CertificateForm.ofAuthority(
            keys, commonName, now.minus(EARLY), now.plus(CA_VALIDITY), serial(random));
    return new CertificateAuthority(own, keys.getPrivate(), clock, random);
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
    return issue(subject, commonName, CertificateForm.Purpose.SERVER, names);
  }

  /** A TLS client certificate. */
  public X509Certificate issueClient(PublicKey subject, String commonName) {
    return issue(subject, commonName, CertificateForm.Purpose.CLIENT, List.of());
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
    return CertificateForm.ofContents(contents, certificate, key, serial(random));
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

  /**
   * The common name in a certificate's subject, when it has exactly one, as text and by itself. By
   * means of the JDK: whoever is asked by many hosts reads names and makes no certificates.
   */
  public static Optional<String> commonName(X509Certificate certificate) {
    String subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
    try {
      List<Rdn> named =
          new LdapName(subject)
              .getRdns().stream().filter(rdn -> rdn.toAttributes().get("CN") != null).toList();
      return named.size() == 1
              && named.getFirst().size() == 1
              && named.getFirst().getValue() instanceof String name
          ? Optional.of(name)
          : Optional.empty();
    } catch (InvalidNameException unusual) {
      return Optional.empty();
    }
  }

  private X509Certificate issue(
      PublicKey subject, String commonName, CertificateForm.Purpose purpose, List<String> names) {
    Instant now = clock.instant();
    return CertificateForm.forTls(
        new CertificateForm.Subject(subject, commonName, names, purpose),
        now.minus(EARLY),
        now.plus(validity()),
        certificate,
        key,
        serial(random));
  }

  private static BigInteger serial(SecureRandom random) {
    return new BigInteger(127, random).setBit(126);
  }

  /** Nothing that the CA issues lives longer than its own certificate. */
  private Duration validity() {
    Duration left = Duration.between(clock.instant(), CertificateLife.of(certificate).ends());
    return left.compareTo(VALIDITY) < 0 ? left : VALIDITY;
  }
}
