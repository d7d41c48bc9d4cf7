package io.keymoor.kms.cipher;

import io.keymoor.kmip.attribute.CryptographicParameters;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.HashingAlgorithm;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Digests and HMACs. Thread-safe. */
public final class KeyedHash {
  private KeyedHash() {}

  /** The digest of the data. */
  public static byte[] digest(CryptographicParameters how, byte[] data) {
    HashingAlgorithm algorithm =
        how.hashingAlgorithm()
            .orElseThrow(() ->
                new KmipFailure(
                    ResultReason.INVALID_FIELD, "The request names no hashing algorithm."));
    try {
      return MessageDigest.getInstance(Algorithms.digest(algorithm)).digest(data);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK lacks " + algorithm, impossible);
    }
  }

  /**
   * The HMAC of the data.
   *
   * @param keyAlgorithm what the key is for, where the parameters say nothing
   */
  public static byte[] mac(
      SecretBytes key,
      Optional<CryptographicAlgorithm> keyAlgorithm,
      CryptographicParameters how,
      byte[] data) {
    CryptographicAlgorithm algorithm =
        how.algorithm()
            .or(() -> keyAlgorithm)
            .orElseThrow(() -> Algorithms.unsupported("a MAC without an algorithm"));
    String name =
        Algorithms.mac(algorithm).orElseThrow(() -> Algorithms.unsupported("MACs by " + algorithm));
    return ClearBytes.read(
        key,
        clear -> {
          try {
            Mac mac = Mac.getInstance(name);
            mac.init(new SecretKeySpec(clear, name));
            return mac.doFinal(data);
          } catch (GeneralSecurityException failure) {
            throw new KmipFailure(
                ResultReason.CRYPTOGRAPHIC_FAILURE, "The MAC could not be computed.");
          }
        });
  }
}
