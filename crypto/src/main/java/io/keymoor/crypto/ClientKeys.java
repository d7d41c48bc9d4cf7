package io.keymoor.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * Keys and certificates by which this software shows itself to servers of other makers: RSA with
 * 3072 bits and SHA-256, because not every KMS takes elliptic curves. Thread-safe.
 */
public final class ClientKeys {
  private static final int BITS = 3072;
  private static final Duration EARLY = Duration.ofMinutes(5);

  private ClientKeys() {}

  /** A fresh key. */
  public static KeyPair newKeyPair(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(BITS, random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK lacks RSA", impossible);
    }
  }

  /** A certificate that the key signs itself, for TLS clients. */
  public static X509Certificate selfSigned(
      KeyPair keys, String commonName, Instant now, Duration validity, SecureRandom random) {
    X500Principal name = name(commonName);
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            new BigInteger(127, random).setBit(126),
            Date.from(now.minus(EARLY)),
            Date.from(now.plus(validity)),
            name,
            keys.getPublic());
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate())));
    } catch (CertIOException | OperatorCreationException | GeneralSecurityException impossible) {
      throw new IllegalStateException("could not build a certificate", impossible);
    }
  }

  /** A certification request for the key (RFC 2986), as PEM. */
  public static String request(KeyPair keys, String commonName) {
    try {
      return Pem.text(
          "CERTIFICATE REQUEST",
          new JcaPKCS10CertificationRequestBuilder(name(commonName), keys.getPublic())
              .build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()))
              .getEncoded());
    } catch (OperatorCreationException | IOException impossible) {
      throw new IllegalStateException("could not sign a certification request", impossible);
    }
  }

  /**
   * The RSA or EC private key in a PEM file (PKCS#8, not encrypted).
   *
   * @throws CryptoException.Damaged when there is none
   */
  public static PrivateKey privateKey(SecretBytes pem) {
    return ClearBytes.read(
        pem,
        clear -> {
          byte[] pkcs8 = Pem.keyContents(clear);
          try {
            return parsed("RSA", pkcs8)
                .or(() -> parsed("EC", pkcs8))
                .orElseThrow(() ->
                    new CryptoException.Damaged(
                        "This PEM text holds no usable RSA or EC private key (PKCS#8, not"
                            + " encrypted)."));
          } finally {
            Arrays.fill(pkcs8, (byte) 0);
          }
        });
  }

  private static Optional<PrivateKey> parsed(String algorithm, byte[] pkcs8) {
    try {
      return Optional.of(
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
    } catch (InvalidKeySpecException another) {
      return Optional.empty();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK lacks " + algorithm, impossible);
    }
  }

  /**
   * All certificates in a PEM text, in their order.
   *
   * @throws CryptoException.Damaged when there is none
   */
  public static List<X509Certificate> certificates(String pem) {
    try {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem.getBytes(US_ASCII)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!found.isEmpty()) {
        return found;
      }
    } catch (GeneralSecurityException damaged) {
      // Said below, in words for people.
    }
    throw new CryptoException.Damaged("This PEM text holds no usable X.509 certificate.");
  }

  /** Whether a certificate is this key's. */
  public static boolean belongTogether(PrivateKey key, PublicKey certified) {
    if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
      return false;
    }
    String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    byte[] text = "which key is this".getBytes(US_ASCII);
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException unusable) {
      return false;
    }
  }

  /** Only what can't be mistaken for the syntax of a name. */
  private static X500Principal name(String commonName) {
    return new X500Principal("CN=" + commonName.replaceAll("[^A-Za-z0-9 ._:@-]", "_"));
  }
}
