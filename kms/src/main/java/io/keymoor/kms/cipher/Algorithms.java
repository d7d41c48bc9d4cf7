package io.keymoor.kms.cipher;

import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.HashingAlgorithm;
import io.keymoor.kmip.vocabulary.RecommendedCurve;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** KMIP's algorithms and what the JDK calls them. */
public final class Algorithms {
  private static final Map<HashingAlgorithm, String> DIGESTS =
      Map.ofEntries(
          Map.entry(HashingAlgorithm.MD5, "MD5"),
          Map.entry(HashingAlgorithm.SHA_1, "SHA-1"),
          Map.entry(HashingAlgorithm.SHA_224, "SHA-224"),
          Map.entry(HashingAlgorithm.SHA_256, "SHA-256"),
          Map.entry(HashingAlgorithm.SHA_384, "SHA-384"),
          Map.entry(HashingAlgorithm.SHA_512, "SHA-512"),
          Map.entry(HashingAlgorithm.SHA_512_224, "SHA-512/224"),
          Map.entry(HashingAlgorithm.SHA_512_256, "SHA-512/256"),
          Map.entry(HashingAlgorithm.SHA_3_224, "SHA3-224"),
          Map.entry(HashingAlgorithm.SHA_3_256, "SHA3-256"),
          Map.entry(HashingAlgorithm.SHA_3_384, "SHA3-384"),
          Map.entry(HashingAlgorithm.SHA_3_512, "SHA3-512"));

  private static final Map<CryptographicAlgorithm, String> MACS =
      Map.of(
          CryptographicAlgorithm.HMAC_MD5, "HmacMD5",
          CryptographicAlgorithm.HMAC_SHA1, "HmacSHA1",
          CryptographicAlgorithm.HMAC_SHA224, "HmacSHA224",
          CryptographicAlgorithm.HMAC_SHA256, "HmacSHA256",
          CryptographicAlgorithm.HMAC_SHA384, "HmacSHA384",
          CryptographicAlgorithm.HMAC_SHA512, "HmacSHA512",
          CryptographicAlgorithm.HMAC_SHA3_224, "HmacSHA3-224",
          CryptographicAlgorithm.HMAC_SHA3_256, "HmacSHA3-256",
          CryptographicAlgorithm.HMAC_SHA3_384, "HmacSHA3-384",
          CryptographicAlgorithm.HMAC_SHA3_512, "HmacSHA3-512");

  private static final Map<RecommendedCurve, String> CURVES =
      Map.of(
          RecommendedCurve.P_256, "secp256r1",
          RecommendedCurve.P_384, "secp384r1",
          RecommendedCurve.P_521, "secp521r1");

  private static final Map<CryptographicAlgorithm, Set<Integer>> KEY_BITS =
      Map.ofEntries(
          Map.entry(CryptographicAlgorithm.AES, Set.of(128, 192, 256)),
          Map.entry(CryptographicAlgorithm.TRIPLE_DES, Set.of(112, 128, 168, 192)),
          Map.entry(CryptographicAlgorithm.CHA_CHA20, Set.of(256)),
          Map.entry(CryptographicAlgorithm.CHA_CHA20_POLY1305, Set.of(256)),
          Map.entry(CryptographicAlgorithm.CAMELLIA, Set.of(128, 192, 256)),
          Map.entry(CryptographicAlgorithm.ARIA, Set.of(128, 192, 256)),
          Map.entry(CryptographicAlgorithm.SEED, Set.of(128)),
          Map.entry(CryptographicAlgorithm.SM4, Set.of(128)));

  private Algorithms() {}

  /** The JDK's name of a digest. */
  public static String digest(HashingAlgorithm algorithm) {
    return found(DIGESTS.get(algorithm), "the hashing algorithm " + algorithm);
  }

  /** The JDK's name of a keyed hash, if the algorithm is one. */
  public static Optional<String> mac(CryptographicAlgorithm algorithm) {
    return Optional.ofNullable(MACS.get(algorithm));
  }

  /** The JDK's name of a curve. */
  public static String curve(RecommendedCurve curve) {
    return found(CURVES.get(curve), "the curve " + curve);
  }

  /** KMIP's curve of that many bits, where a request names only a length. */
  public static RecommendedCurve curveOfBits(int bits) {
    return switch (bits) {
      case 256 -> RecommendedCurve.P_256;
      case 384 -> RecommendedCurve.P_384;
      case 521 -> RecommendedCurve.P_521;
      default -> throw unsupported("a curve of " + bits + " bits");
    };
  }

  /** Bytes of key material for a symmetric key; 3DES keys carry parity bits. */
  public static int keyBytes(CryptographicAlgorithm algorithm, int bits) {
    Set<Integer> allowed = KEY_BITS.get(algorithm);
    boolean keyedHash = MACS.containsKey(algorithm);
    if (allowed == null && !keyedHash) {
      throw new KmipFailure(
          ResultReason.INVALID_FIELD, "This server makes no symmetric keys for " + algorithm + ".");
    }
    if (bits % 8 != 0 || bits < 40 || bits > 4096 || (allowed != null && !allowed.contains(bits))) {
      throw new KmipFailure(
          ResultReason.INVALID_FIELD, "A key for " + algorithm + " cannot have " + bits + " bits.");
    }
    if (algorithm.equals(CryptographicAlgorithm.TRIPLE_DES)) {
      return bits <= 128 ? 16 : 24;
    }
    return bits / 8;
  }

  static KmipFailure unsupported(String what) {
    return new KmipFailure(
        ResultReason.UNSUPPORTED_CRYPTOGRAPHIC_PARAMETERS,
        "This server does not compute with " + what + ".");
  }

  private static String found(@org.jspecify.annotations.Nullable String name, String what) {
    if (name == null) {
      throw unsupported(what);
    }
    return name;
  }
}
