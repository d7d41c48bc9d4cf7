package io.keymoor.crypto;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;

/**
 * A private key and the certificate for it in one PEM text (RFC 7468), so that one atomic write
 * replaces both. {@link Pem#privateKey(SecretBytes)} reads the key of it. Thread-safe.
 */
public final class IdentityPem {
  private static final byte[] BEGIN = "-----BEGIN CERTIFICATE-----".getBytes(US_ASCII);

  private IdentityPem() {}

  /** Both, owned by the caller. */
  public static SecretBytes of(PrivateKey key, X509Certificate certificate) {
    byte[] certified = Pem.certificate(certificate).getBytes(US_ASCII);
    try (SecretBytes pem = Pem.privateKey(key)) {
      return ClearBytes.read(
          pem,
          clear -> {
            byte[] both = Arrays.copyOf(clear, clear.length + certified.length);
            System.arraycopy(certified, 0, both, clear.length, certified.length);
            return SecretBytes.takeOver(both);
          });
    }
  }

  /** The certificate beside the key; absent where there is only a key. */
  public static Optional<X509Certificate> certificate(SecretBytes pem) {
    return ClearBytes.read(
        pem,
        clear -> {
          for (int at = 0; at + BEGIN.length <= clear.length; at++) {
            if (Arrays.equals(clear, at, at + BEGIN.length, BEGIN, 0, BEGIN.length)) {
              // Only from here on: a String of the key before it could not be erased.
              String certificate = new String(clear, at, clear.length - at, ISO_8859_1);
              return Optional.of(Pem.certificate(certificate));
            }
          }
          return Optional.empty();
        });
  }
}
