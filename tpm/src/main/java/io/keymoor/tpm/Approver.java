package io.keymoor.tpm;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whoever may say that a boot chain with other measurements is as good: the public key of an
 * administrator, whose private key is kept away from the machines. Immutable.
 *
 * @param key a P-256 public key, SubjectPublicKeyInfo in Base64
 */
public record Approver(String key) {
  private static final Pattern PEM =
      Pattern.compile(
          "\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]{1,2000})-----END PUBLIC KEY-----\\s*");
  private static final int P256_BITS = 256;

  /** The object identifier of P-256 in a SubjectPublicKeyInfo: 1.2.840.10045.3.1.7. */
  private static final String P256_PREFIX = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE";

  public Approver {
    publicKey(key);
  }

  /**
   * Reads what {@code openssl pkey -pubout} writes.
   *
   * @throws IllegalArgumentException when it is no such key, with a sentence that says so
   */
  public static Approver parse(String pem) {
    Matcher matcher = PEM.matcher(pem);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("it is no public key in PEM");
    }
    return new Approver(matcher.group(1).replaceAll("\\s", ""));
  }

  /** As tpm2-tools read it. */
  String pem() {
    return "-----BEGIN PUBLIC KEY-----\n" + key + "\n-----END PUBLIC KEY-----\n";
  }

  /** Whether the signature is this approver's, over the policy. */
  boolean signed(Approval approval) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initVerify(publicKey(key));
      signature.update(approval.policy());
      return signature.verify(approval.signature());
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }

  private static PublicKey publicKey(String key) {
    try {
      PublicKey read =
          KeyFactory.getInstance("EC")
              .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(key)));
      if (key.startsWith(P256_PREFIX)
          && read instanceof ECPublicKey curve
          && curve.getParams().getCurve().getField().getFieldSize() == P256_BITS) {
        return read;
      }
    } catch (GeneralSecurityException | IllegalArgumentException malformed) {
      // As one of another kind.
    }
    throw new IllegalArgumentException(
        "it is no P-256 key, as openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"
            + " makes one");
  }
}
