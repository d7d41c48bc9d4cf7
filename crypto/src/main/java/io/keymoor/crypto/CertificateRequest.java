package io.keymoor.crypto;

import java.io.IOException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A PKCS#10 certification request (RFC 2986) whose proof of possession was checked: whoever made it
 * holds the private key. Of the request only the public key is used; the CA decides the name.
 *
 * @param publicKey the key to certify
 */
public record CertificateRequest(PublicKey publicKey) {
  /** A request for {@code keys}, as PEM. */
  public static String pem(KeyPair keys, String commonName) {
    try {
      return Pem.text(
          "CERTIFICATE REQUEST",
          new JcaPKCS10CertificationRequestBuilder(
                  new X500Principal("CN=" + commonName), keys.getPublic())
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
              .getEncoded());
    } catch (OperatorCreationException | IOException impossible) {
      throw new IllegalStateException("could not sign a certification request", impossible);
    }
  }

  /**
   * Reads a request and verifies its signature.
   *
   * @throws CryptoException.Damaged when it is none, or is not signed by the key it presents
   */
  public static CertificateRequest parse(String pem) {
    byte[] der = Pem.contents("CERTIFICATE REQUEST", pem);
    try {
      JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(der);
      PublicKey key = request.getPublicKey();
      if (!acceptable(key)
          || !request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
        throw new CryptoException.Damaged(
            "The certification request is not signed by the key it presents, or that is neither"
                + " an EC key nor an RSA key of 2048 bits or more.");
      }
      return new CertificateRequest(key);
    } catch (IOException
        | PKCSException
        | OperatorCreationException
        | java.security.GeneralSecurityException damaged) {
      throw new CryptoException.Damaged("This is not a usable PKCS#10 certification request.");
    }
  }

  /** vCenter and other KMIP clients make RSA requests. */
  private static boolean acceptable(PublicKey key) {
    return key.getAlgorithm().equals("EC")
        || (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= 2048);
  }
}
