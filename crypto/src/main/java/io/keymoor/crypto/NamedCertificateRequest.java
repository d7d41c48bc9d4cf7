package io.keymoor.crypto;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * A PKCS#10 certification request (RFC 2986) with the names it asks for; whoever made it holds the
 * private key. For an authority that certifies its clients' own names; one whose certificates open
 * doors takes {@link CertificateRequest}.
 *
 * @param publicKey the key to certify
 * @param subject the name asked for
 * @param alternativeNames the Subject Alternative Name extension asked for, DER
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record NamedCertificateRequest(
    PublicKey publicKey, X500Principal subject, Optional<byte[]> alternativeNames) {
  private static final int SMALLEST_RSA_BITS = 2048;

  /**
   * Reads a request and verifies its signature.
   *
   * @throws CryptoException.Damaged when it is none, has no name, or is not signed by its key
   */
  public static NamedCertificateRequest parse(byte[] der) {
    try {
      JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(der);
      PublicKey key = request.getPublicKey();
      boolean acceptable =
          key.getAlgorithm().equals("EC")
              || (key instanceof RSAPublicKey rsa
                  && rsa.getModulus().bitLength() >= SMALLEST_RSA_BITS);
      if (!acceptable
          || !request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
        throw new CryptoException.Damaged(
            "The certification request is not signed by the key it presents, or that is neither"
                + " an EC key nor an RSA key of 2048 bits or more.");
      }
      X500Principal subject = new X500Principal(request.getSubject().getEncoded());
      Optional<Extension> names =
          Optional.ofNullable(request.getRequestedExtensions())
              .map(all -> all.getExtension(Extension.subjectAlternativeName));
      if (subject.getName().isEmpty()) {
        throw new CryptoException.Damaged("The certification request has no subject.");
      }
      return new NamedCertificateRequest(
          key, subject, names.map(one -> one.getExtnValue().getOctets()));
    } catch (IOException
        | PKCSException
        | OperatorCreationException
        | GeneralSecurityException
        | IllegalArgumentException damaged) {
      throw new CryptoException.Damaged("This is not a usable PKCS#10 certification request.");
    }
  }

  /** {@link #parse(byte[])} of PEM. */
  public static NamedCertificateRequest parsePem(String pem) {
    return parse(Pem.contents("CERTIFICATE REQUEST", pem));
  }
}
