package io.keymoor.kms.cipher;

import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kmip.vocabulary.SplitKeyMethod;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Sharing a secret so that a number of its parts give it and fewer say nothing about it (KMIP 1.4
 * section 2.2.5).
 *
 * <p>Parts are numbered from 1. With a polynomial, part x is its value at x and the secret its
 * value at 0, byte by byte in GF(2^8), two bytes at a time in GF(2^16), or as one integer modulo a
 * prime; with XOR all parts are needed. Parts are as long as the secret, modulo a prime as long as
 * the prime.
 */
public final class SecretSharing {
  private static final int MOST_PARTS = 255;
  private static final int MOST_PRIME_BITS = 4352;
  private static final int PRIME_CERTAINTY = 80;

  private SecretSharing() {}

  /**
   * How a secret is shared.
   *
   * @param parts 2 to 255
   * @param threshold how many parts give the secret, 2 to {@code parts}; all of them with XOR
   * @param prime for a polynomial over a prime field, which has more bits than the secret
   */
  public record Scheme(
      SplitKeyMethod method, int parts, int threshold, Optional<BigInteger> prime) {
    /** Refuses a scheme that is none. */
    public void requireSound() {
      if (parts < 2 || parts > MOST_PARTS || threshold < 2 || threshold > parts) {
        throw bad("A key is split into 2 to 255 parts, of which 2 or more give it.");
      }
      if (method.equals(SplitKeyMethod.XOR) && threshold != parts) {
        throw bad("With XOR all parts are needed: threshold and parts must be equal.");
      }
      if (isPrimeField() && prime.isEmpty()) {
        throw bad("A polynomial over a prime field needs the prime field size.");
      }
      if (!isPrimeField() && prime.isPresent()) {
        throw bad("The prime field size belongs to a polynomial over a prime field.");
      }
    }

    private boolean isPrimeField() {
      return method.equals(SplitKeyMethod.POLYNOMIAL_SHARING_PRIME_FIELD);
    }

    private BigInteger requiredPrime() {
      return prime.orElseThrow(() -> bad("The prime field size is missing."));
    }
  }

  /** One part, by its number. */
  public record Part(int number, SecretBytes bytes) {}

  /** The parts of the secret, the caller's to close, in the order of their numbers. */
  public static List<SecretBytes> split(SecretBytes secret, Scheme scheme, SecureRandom random) {
    scheme.requireSound();
    return ClearBytes.<List<SecretBytes>, RuntimeException>read(
        secret,
        clear -> {
          if (scheme.method().equals(SplitKeyMethod.XOR)) {
            return exclusiveOr(clear, scheme.parts(), random);
          }
          if (scheme.isPrimeField()) {
            return overPrime(clear, scheme, random);
          }
          return overBytes(clear, scheme, field(scheme.method()), random);
        });
  }

  private static List<SecretBytes> exclusiveOr(byte[] secret, int parts, SecureRandom random) {
    byte[] last = secret.clone();
    List<SecretBytes> shares = new ArrayList<>();
    for (int part = 1; part < parts; part++) {
      byte[] share = new byte[secret.length];
      random.nextBytes(share);
      add(last, share);
      shares.add(SecretBytes.takeOver(share));
    }
    shares.add(SecretBytes.takeOver(last));
    return shares;
  }

  private static void add(byte[] sum, byte[] other) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] ^= other[i];
    }
  }

  private static List<SecretBytes> overBytes(
      byte[] secret, Scheme scheme, BinaryField field, SecureRandom random) {
    field.requireWhole(secret.length);
    byte[][] coefficients = new byte[scheme.threshold()][secret.length];
    coefficients[0] = secret;
    for (int power = 1; power < scheme.threshold(); power++) {
      random.nextBytes(coefficients[power]);
    }
    List<SecretBytes> shares = new ArrayList<>();
    for (int x = 1; x <= scheme.parts(); x++) {
      byte[] share = new byte[secret.length];
      for (int at = 0; at < secret.length; at += field.bytes()) {
        int value = 0;
        for (int power = scheme.threshold() - 1; power >= 0; power--) {
          value = field.multiply(value, x) ^ field.get(coefficients[power], at);
        }
        field.set(share, at, value);
      }
      shares.add(SecretBytes.takeOver(share));
    }
    for (int power = 1; power < scheme.threshold(); power++) {
      Arrays.fill(coefficients[power], (byte) 0);
    }
    return shares;
  }

  private static List<SecretBytes> overPrime(byte[] secret, Scheme scheme, SecureRandom random) {
    BigInteger prime = scheme.requiredPrime();
    if (prime.bitLength() <= secret.length * 8 || prime.bitLength() > MOST_PRIME_BITS) {
      throw bad("The prime field size needs more bits than the key, and 4352 at most.");
    }
    if (!prime.isProbablePrime(PRIME_CERTAINTY)) {
      throw bad("The prime field size is no prime.");
    }
    List<BigInteger> coefficients = new ArrayList<>();
    coefficients.add(new BigInteger(1, secret));
    for (int power = 1; power < scheme.threshold(); power++) {
      coefficients.add(below(prime, random));
    }
    List<SecretBytes> shares = new ArrayList<>();
    for (int x = 1; x <= scheme.parts(); x++) {
      BigInteger value = BigInteger.ZERO;
      for (int power = scheme.threshold() - 1; power >= 0; power--) {
        value = value.multiply(BigInteger.valueOf(x)).add(coefficients.get(power)).mod(prime);
      }
      shares.add(SecretBytes.takeOver(fixed(value, bytes(prime))));
    }
    return shares;
  }

  private static BigInteger below(BigInteger prime, SecureRandom random) {
    BigInteger value;
    do {
      value = new BigInteger(prime.bitLength(), random);
    } while (value.compareTo(prime) >= 0);
    return value;
  }

  /**
   * The secret that the parts give; the caller's to close. Parts beyond the threshold have to agree
   * with it.
   *
   * @param length the secret's length in bytes, where the scheme does not keep it
   */
  public static SecretBytes join(List<Part> parts, Scheme scheme, Optional<Integer> length) {
    scheme.requireSound();
    if (parts.size() < scheme.threshold()
        || parts.stream().map(Part::number).distinct().count() != parts.size()
        || parts.stream().anyMatch(part -> part.number() < 1 || part.number() > scheme.parts())) {
      throw bad("Joining needs as many different parts as the threshold says.");
    }
    if (parts.stream().map(part -> part.bytes().length()).distinct().count() != 1) {
      throw bad("The parts have different lengths.");
    }
    if (scheme.method().equals(SplitKeyMethod.XOR)) {
      return exclusiveOr(parts);
    }
    return scheme.isPrimeField()
        ? overPrime(parts, scheme, length)
        : overBytes(parts, scheme, field(scheme.method()));
  }

  private static SecretBytes exclusiveOr(List<Part> parts) {
    byte[] sum = new byte[parts.getFirst().bytes().length()];
    for (Part part : parts) {
      ClearBytes.use(part.bytes(), clear -> add(sum, clear));
    }
    return SecretBytes.takeOver(sum);
  }

  private static SecretBytes overBytes(List<Part> parts, Scheme scheme, BinaryField field) {
    field.requireWhole(parts.getFirst().bytes().length());
    List<Part> needed = parts.subList(0, scheme.threshold());
    for (Part spare : parts.subList(scheme.threshold(), parts.size())) {
      try (SecretBytes expected = valueAt(spare.number(), needed, field)) {
        requireSame(expected.equals(spare.bytes()));
      }
    }
    return valueAt(0, needed, field);
  }

  /** Lagrange's interpolation; in characteristic 2, subtraction is exclusive or. */
  private static SecretBytes valueAt(int x, List<Part> parts, BinaryField field) {
    byte[] sum = new byte[parts.getFirst().bytes().length()];
    for (Part part : parts) {
      int weight = 1;
      for (Part other : parts) {
        if (other.number() != part.number()) {
          weight =
              field.multiply(
                  weight,
                  field.multiply(
                      x ^ other.number(), field.inverse(part.number() ^ other.number())));
        }
      }
      int factor = weight;
      ClearBytes.use(
          part.bytes(),
          clear -> {
            for (int at = 0; at < sum.length; at += field.bytes()) {
              field.set(sum, at, field.get(sum, at) ^ field.multiply(factor, field.get(clear, at)));
            }
          });
    }
    return SecretBytes.takeOver(sum);
  }

  private static SecretBytes overPrime(List<Part> parts, Scheme scheme, Optional<Integer> length) {
    BigInteger prime = scheme.requiredPrime();
    List<Part> needed = parts.subList(0, scheme.threshold());
    for (Part spare : parts.subList(scheme.threshold(), parts.size())) {
      BigInteger value = ClearBytes.read(spare.bytes(), clear -> new BigInteger(1, clear));
      requireSame(valueAt(spare.number(), needed, prime).equals(value));
    }
    BigInteger secret = valueAt(0, needed, prime);
    int bytes = length.orElse((secret.bitLength() + 7) / 8);
    if (secret.bitLength() > bytes * 8) {
      throw disagree();
    }
    return SecretBytes.takeOver(fixed(secret, bytes));
  }

  private static BigInteger valueAt(int x, List<Part> parts, BigInteger prime) {
    BigInteger sum = BigInteger.ZERO;
    for (Part part : parts) {
      BigInteger above = BigInteger.ONE;
      BigInteger below = BigInteger.ONE;
      for (Part other : parts) {
        if (other.number() != part.number()) {
          above = above.multiply(BigInteger.valueOf(x - other.number())).mod(prime);
          below = below.multiply(BigInteger.valueOf(part.number() - other.number())).mod(prime);
        }
      }
      BigInteger value = ClearBytes.read(part.bytes(), clear -> new BigInteger(1, clear));
      if (value.compareTo(prime) >= 0 || !below.gcd(prime).equals(BigInteger.ONE)) {
        throw disagree();
      }
      sum = sum.add(value.multiply(above).multiply(below.modInverse(prime))).mod(prime);
    }
    return sum;
  }

  private static int bytes(BigInteger prime) {
    return (prime.bitLength() + 7) / 8;
  }

  private static byte[] fixed(BigInteger value, int length) {
    byte[] number = value.toByteArray();
    byte[] fixed = new byte[length];
    int count = Math.min(number.length, length);
    System.arraycopy(number, number.length - count, fixed, length - count, count);
    Arrays.fill(number, (byte) 0);
    return fixed;
  }

  private static BinaryField field(SplitKeyMethod method) {
    if (method.equals(SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_8)) {
      return BinaryField.OF_BYTES;
    }
    if (method.equals(SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_16)) {
      return BinaryField.OF_PAIRS;
    }
    throw new KmipFailure(
        ResultReason.UNSUPPORTED_CRYPTOGRAPHIC_PARAMETERS,
        "This server does not split keys by " + method + ".");
  }

  private static void requireSame(boolean same) {
    if (!same) {
      throw disagree();
    }
  }

  private static KmipFailure disagree() {
    return new KmipFailure(
        ResultReason.CRYPTOGRAPHIC_FAILURE, "The parts do not belong to one secret.");
  }

  static KmipFailure bad(String sentence) {
    return new KmipFailure(ResultReason.BAD_CRYPTOGRAPHIC_PARAMETERS, sentence);
  }
}
