package io.keymoor.kms.cipher;

import io.keymoor.kmip.attribute.CryptographicParameters;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.DerivationMethod;
import io.keymoor.kmip.vocabulary.HashingAlgorithm;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Derivation methods: PBKDF2, HASH, HMAC, ENCRYPT, HKDF, and SP 800-108 in counter mode. */
public final class Derivation {
  private static final int MOST_ITERATIONS = 10_000_000;
  private static final Map<HashingAlgorithm, String> HMACS =
      Map.of(
          HashingAlgorithm.SHA_1, "HmacSHA1",
          HashingAlgorithm.SHA_224, "HmacSHA224",
          HashingAlgorithm.SHA_256, "HmacSHA256",
          HashingAlgorithm.SHA_384, "HmacSHA384",
          HashingAlgorithm.SHA_512, "HmacSHA512");

  private Derivation() {}

  /** What goes into a derivation beside the key. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Input(
      CryptographicParameters how,
      Optional<byte[]> data,
      Optional<byte[]> salt,
      Optional<byte[]> iv,
      Optional<Integer> iterations) {}

  /** The derived bytes, the caller's. */
  public static SecretBytes derive(
      DerivationMethod method, SecretBytes key, Input input, int bytes) {
    byte[] derived =
        ClearBytes.read(
            key,
            clear -> {
              try {
                return derive(method, key, clear, input, bytes);
              } catch (GeneralSecurityException failure) {
                throw new KmipFailure(
                    ResultReason.CRYPTOGRAPHIC_FAILURE, "The key could not be derived so.");
              }
            });
    try {
      if (derived.length < bytes) {
        throw new KmipFailure(
            ResultReason.CRYPTOGRAPHIC_FAILURE,
            "The derivation method does not give that many bytes.");
      }
      return SecretBytes.takeOver(Arrays.copyOf(derived, bytes));
    } finally {
      Arrays.fill(derived, (byte) 0);
    }
  }

  private static byte[] derive(
      DerivationMethod method, SecretBytes key, byte[] clear, Input input, int bytes)
      throws GeneralSecurityException {
    if (method.equals(DerivationMethod.PBKDF2)) {
      return pbkdf2(clear, input, bytes);
    }
    if (method.equals(DerivationMethod.HASH)) {
      return hash(clear, input);
    }
    if (method.equals(DerivationMethod.HMAC)) {
      return mac(clear, input).doFinal(data(input));
    }
    if (method.equals(DerivationMethod.ENCRYPT)) {
      return SymmetricCipher.begin(
              true,
              key,
              input.how().algorithm().orElse(CryptographicAlgorithm.AES),
              input.how(),
              input.iv(),
              Optional.empty(),
              new SecureRandom())
          .end(data(input), Optional.empty())
          .data();
    }
    if (method.equals(DerivationMethod.HKDF)) {
      return hkdf(clear, input, bytes);
    }
    if (method.equals(DerivationMethod.NIST800_108_C)) {
      return counter(clear, input, bytes);
    }
    throw Algorithms.unsupported("the derivation method " + method);
  }

  private static byte[] pbkdf2(byte[] password, Input input, int bytes)
      throws GeneralSecurityException {
    byte[] salt = input.salt().orElseThrow(() -> absent("Salt"));
    int iterations = input.iterations().orElseThrow(() -> absent("Iteration Count"));
    if (iterations < 1 || iterations > MOST_ITERATIONS) {
      throw new KmipFailure(
          ResultReason.INVALID_FIELD,
          "The iteration count has to be between 1 and " + MOST_ITERATIONS + ".");
    }
    Mac mac = mac(password, input);
    byte[] out = new byte[0];
    for (int block = 1; out.length < bytes; block++) {
      mac.update(salt);
      byte[] u = mac.doFinal(ByteBuffer.allocate(4).putInt(block).array());
      byte[] t = u.clone();
      for (int i = 1; i < iterations; i++) {
        u = mac.doFinal(u);
        for (int j = 0; j < t.length; j++) {
          t[j] ^= u[j];
        }
      }
      out = joined(out, t);
    }
    return out;
  }

  /** The digest of the data, or of the key itself where there are none. */
  private static byte[] hash(byte[] clear, Input input) throws GeneralSecurityException {
    MessageDigest digest =
        MessageDigest.getInstance(
            Algorithms.digest(input.how().hashingAlgorithm().orElse(HashingAlgorithm.SHA_256)));
    return digest.digest(input.data().orElse(clear));
  }

  private static byte[] hkdf(byte[] clear, Input input, int bytes) throws GeneralSecurityException {
    String name = hmac(input).replace("HmacSHA", "HKDF-SHA");
    return KDF.getInstance(name)
        .deriveData(
            HKDFParameterSpec.ofExtract()
                .addIKM(clear)
                .addSalt(input.salt().orElse(new byte[0]))
                .thenExpand(input.data().orElse(new byte[0]), bytes));
  }

  /** K(i) = PRF(K, [i] || fixed input), with a 32-bit counter (SP 800-108 section 5.1). */
  private static byte[] counter(byte[] clear, Input input, int bytes)
      throws GeneralSecurityException {
    Mac mac = mac(clear, input);
    byte[] out = new byte[0];
    for (int i = 1; out.length < bytes; i++) {
      mac.update(ByteBuffer.allocate(4).putInt(i).array());
      out = joined(out, mac.doFinal(data(input)));
    }
    return out;
  }

  private static Mac mac(byte[] clear, Input input) throws GeneralSecurityException {
    String name = hmac(input);
    Mac mac = Mac.getInstance(name);
    mac.init(new SecretKeySpec(clear, name));
    return mac;
  }

  private static String hmac(Input input) {
    HashingAlgorithm hash = input.how().hashingAlgorithm().orElse(HashingAlgorithm.SHA_256);
    return Optional.ofNullable(HMACS.get(hash))
        .orElseThrow(() -> Algorithms.unsupported("derivation with " + hash));
  }

  private static byte[] data(Input input) {
    return input.data().orElseThrow(() -> absent("Derivation Data"));
  }

  private static byte[] joined(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static KmipFailure absent(String field) {
    return new KmipFailure(ResultReason.INVALID_FIELD, "This derivation needs " + field + ".");
  }
}
