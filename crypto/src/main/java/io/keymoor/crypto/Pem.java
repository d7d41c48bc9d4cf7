package io.keymoor.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/**
 * Certificates and keys as text (RFC 7468). Only what this software writes is read: one X.509
 * certificate, one unencrypted EC key in PKCS#8. Thread-safe.
 */
public final class Pem {
  private static final int MAX_BYTES = 64 * 1024;
  private static final int LINE = 64;

  private Pem() {}

  /** One certificate as PEM. */
  public static String certificate(X509Certificate certificate) {
    try {
      return text("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException("a certificate without an encoding", impossible);
    }
  }

  /** The certificate in {@code pem}. */
  public static X509Certificate certificate(String pem) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(contents("CERTIFICATE", pem)));
    } catch (CertificateException damaged) {
      throw new CryptoException.Damaged("This PEM text holds no usable X.509 certificate.");
    }
  }

  /** A private key as the bytes of a PEM file; goes into a file of mode 0600 only. */
  public static SecretBytes privateKey(PrivateKey key) {
    return privateKey(key.getEncoded());
  }

  /** As {@link #privateKey(PrivateKey)}, from PKCS#8, which is zeroed. */
  static SecretBytes privateKey(byte[] pkcs8) {
    byte[] base64 = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encode(pkcs8);
    byte[] begin = "-----BEGIN PRIVATE KEY-----\n".getBytes(US_ASCII);
    byte[] end = "\n-----END PRIVATE KEY-----\n".getBytes(US_ASCII);
    byte[] whole = Arrays.copyOf(begin, begin.length + base64.length + end.length);
    System.arraycopy(base64, 0, whole, begin.length, base64.length);
    System.arraycopy(end, 0, whole, begin.length + base64.length, end.length);
    Arrays.fill(pkcs8, (byte) 0);
    Arrays.fill(base64, (byte) 0);
    return SecretBytes.takeOver(whole);
  }

  /** Writes a private key into a file of mode 0600, unencrypted, for software that reads such. */
  public static void writePrivateKey(Path file, PrivateKey key) {
    try (SecretBytes pem = privateKey(key)) {
      ClearBytes.use(pem, clear -> SealedFile.replace(file, clear));
    }
  }

  /** The EC private key in the bytes of a PEM file. */
  public static PrivateKey privateKey(SecretBytes pem) {
    return ClearBytes.read(
        pem,
        clear -> {
          byte[] pkcs8 = keyContents(clear);
          try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
          } catch (GeneralSecurityException damaged) {
            throw new CryptoException.Damaged("This PEM text holds no usable EC private key.");
          } finally {
            Arrays.fill(pkcs8, (byte) 0);
          }
        });
  }

  /** As {@link #contents}, on bytes alone: a String of a key could not be erased. */
  static byte[] keyContents(byte[] pem) {
    byte[] begin = "-----BEGIN PRIVATE KEY-----".getBytes(US_ASCII);
    int start = indexOf(pem, begin, 0);
    int end = start < 0 ? -1 : indexOf(pem, "-----END PRIVATE KEY-----".getBytes(US_ASCII), start);
    if (end < 0 || pem.length > MAX_BYTES) {
      throw new CryptoException.Damaged("This is not PEM text with a PRIVATE KEY in it.");
    }
    byte[] base64 = Arrays.copyOfRange(pem, start + begin.length, end);
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException notBase64) {
      throw new CryptoException.Damaged("The PRIVATE KEY in this PEM text is not base64.");
    } finally {
      Arrays.fill(base64, (byte) 0);
    }
  }

  private static int indexOf(byte[] text, byte[] word, int from) {
    for (int at = from; at + word.length <= text.length; at++) {
      if (Arrays.equals(text, at, at + word.length, word, 0, word.length)) {
        return at;
      }
    }
    return -1;
  }

  static String text(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  static byte[] contents(String label, String pem) {
    String begin = "-----BEGIN " + label + "-----";
    int start = pem.indexOf(begin);
    int end = start < 0 ? -1 : pem.indexOf("-----END " + label + "-----", start);
    if (end < 0 || pem.length() > MAX_BYTES) {
      throw new CryptoException.Damaged("This is not PEM text with a " + label + " in it.");
    }
    try {
      return Base64.getMimeDecoder().decode(pem.substring(start + begin.length(), end));
    } catch (IllegalArgumentException notBase64) {
      throw new CryptoException.Damaged("The " + label + " in this PEM text is not base64.");
    }
  }
}
