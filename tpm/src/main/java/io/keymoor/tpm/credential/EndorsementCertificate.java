package io.keymoor.tpm.credential;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;

/**
 * A TPM maker's word that an endorsement key is in a TPM of its making (EK Credential Profile,
 * section 3.2). Immutable.
 */
public final class EndorsementCertificate {
  /** tcg-kp-EKCertificate. */
  private static final String PURPOSE = "2.23.133.8.1";

  private static final int KEY_ENCIPHERMENT = 2;
  private static final int KEY_AGREEMENT = 4;
  private static final int MOST_BYTES = 16 * 1024;

  private final X509Certificate certificate;

  private EndorsementCertificate(X509Certificate certificate) {
    this.certificate = certificate;
  }

  /**
   * Reads one in DER.
   *
   * @throws NotATpmKey when it is none, or for another purpose
   */
  public static EndorsementCertificate parse(byte[] der) {
    if (der.length > MOST_BYTES) {
      throw new NotATpmKey("the endorsement certificate has " + der.length + " bytes");
    }
    try {
      X509Certificate read =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      List<String> purposes = read.getExtendedKeyUsage();
      if (purposes == null || !purposes.contains(PURPOSE) || read.getBasicConstraints() >= 0) {
        throw new NotATpmKey("the certificate in the TPM is not one of an endorsement key");
      }
      return new EndorsementCertificate(read);
    } catch (CertificateException unreadable) {
      throw new NotATpmKey("the endorsement certificate can't be read", unreadable);
    }
  }

  /** Whether it is about this key. */
  public boolean isOf(EndorsementKey key) {
    boolean[] usage = certificate.getKeyUsage();
    return key.is(certificate.getPublicKey())
        && usage != null
        && (usage[KEY_ENCIPHERMENT] || usage[KEY_AGREEMENT]);
  }

  /**
   * Whether {@code authority} issued it, and both are valid now. Revocation is not looked up: who
   * distrusts a chip takes its authority away or removes the host.
   */
  public boolean isIssuedBy(X509Certificate authority, Instant now) {
    try {
      Date date = Date.from(now);
      authority.checkValidity(date);
      PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(date);
      CertPathValidator.getInstance("PKIX")
          .validate(
              CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)),
              parameters);
      return true;
    } catch (GeneralSecurityException notValid) {
      return false;
    }
  }
}
