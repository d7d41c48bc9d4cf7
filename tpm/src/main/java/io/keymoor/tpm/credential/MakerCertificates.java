package io.keymoor.tpm.credential;

import java.io.ByteArrayInputStream;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;

/** Certificates of TPM makers' authorities, as makers publish them: DER, or one or more in PEM. */
public final class MakerCertificates {
  private static final int MOST_BYTES = 256 * 1024;
  private static final int MOST = 64;
  private static final int CERTIFICATE_SIGNING = 5;

  private MakerCertificates() {}

  /**
   * Reads a file's contents.
   *
   * @throws NotATpmKey when there is none in it, or one that is no authority's
   */
  public static List<X509Certificate> parse(byte[] contents) {
    if (contents.length > MOST_BYTES) {
      throw new NotATpmKey("the file has " + contents.length + " bytes");
    }
    try {
      Collection<? extends Certificate> read =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(contents));
      if (read.isEmpty() || read.size() > MOST) {
        throw new NotATpmKey("there are " + read.size() + " certificates in the file");
      }
      return read.stream().map(X509Certificate.class::cast).map(MakerCertificates::ofCa).toList();
    } catch (CertificateException unreadable) {
      throw new NotATpmKey("the file holds no certificate that can be read", unreadable);
    }
  }

  private static X509Certificate ofCa(X509Certificate certificate) {
    boolean[] usage = certificate.getKeyUsage();
    if (certificate.getBasicConstraints() < 0 || (usage != null && !usage[CERTIFICATE_SIGNING])) {
      throw new NotATpmKey(
          "the certificate of "
              + certificate.getSubjectX500Principal().getName()
              + " is not an authority's");
    }
    return certificate;
  }

  /** Whose it is, for people. */
  public static String subject(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName();
  }
}
