package io.keymoor.kms.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.kmip.vocabulary.SplitKeyMethod;
import io.keymoor.kms.cipher.SecretSharing.Part;
import io.keymoor.kms.cipher.SecretSharing.Scheme;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SecretSharingTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** 2^521 - 1. */
  private static final BigInteger MERSENNE = BigInteger.TWO.pow(521).subtract(BigInteger.ONE);

  @Test
  void joinedPartsGiveTheSecretWhicheverTheyAre() {
    for (Scheme scheme :
        List.of(
            polynomial(SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_8, 5, 3),
            polynomial(SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_8, 255, 2),
            polynomial(SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_16, 7, 7),
            polynomial(SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_16, 9, 4),
            polynomial(SplitKeyMethod.XOR, 6, 6),
            prime(6, 4, MERSENNE))) {
      for (int length : new int[] {16, 32, 64}) {
        try (SecretBytes secret = SecretBytes.random(length, RANDOM)) {
          List<Part> parts = parts(SecretSharing.split(secret, scheme, RANDOM));
          assertThat(parts).hasSize(scheme.parts());
          Collections.shuffle(parts, new Random(length));
          for (int count : new int[] {scheme.threshold(), scheme.parts()}) {
            try (SecretBytes joined =
                SecretSharing.join(parts.subList(0, count), scheme, Optional.of(length))) {
              assertThat(joined).as("%s of %d bytes", scheme, length).isEqualTo(secret);
            }
          }
          assertThatThrownBy(() ->
                  SecretSharing.join(
                      parts.subList(0, scheme.threshold() - 1), scheme, Optional.empty()))
              .isInstanceOf(KmipFailure.class)
              .hasMessageContaining("threshold");
        }
      }
    }
  }

  @Test
  void knownPartsGiveKnownSecrets() {
    // f(x) = 0x2a + 0x55 x + 0x13 x^2 in the field of AES, by hand: x^2 at 3 is 5, 0x13 * 5 = 0x5f.
    Scheme bytes = polynomial(SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_8, 3, 3);
    assertThat(join(bytes, "6c", "cc", "8a")).isEqualTo("2a");
    // f(x) = 1234 + 166 x + 94 x^2 over GF(1613): the example most often printed.
    Scheme prime = prime(6, 3, BigInteger.valueOf(1613));
    assertThat(join(prime, "05d6", "0149", "03c5")).isEqualTo("04d2");
    assertThat(join(polynomial(SplitKeyMethod.XOR, 3, 3), "0f", "f0", "33")).isEqualTo("cc");
  }

  @Test
  void theFieldsAreFields() {
    for (BinaryField field : BinaryField.values()) {
      int size = field == BinaryField.OF_BYTES ? 256 : 65_536;
      for (int a = 1; a < size; a++) {
        assertThat(field.multiply(a, field.inverse(a))).as("%s %d", field, a).isEqualTo(1);
      }
    }
    // FIPS 197, section 4.2.
    assertThat(BinaryField.OF_BYTES.multiply(0x57, 0x83)).isEqualTo(0xc1);
    // y * y = y + m.
    assertThat(BinaryField.OF_PAIRS.multiply(0x0100, 0x0100)).isEqualTo(0x013a);
  }

  @Test
  void partsOfDifferentSecretsAreNoticedWhereThereAreMoreThanNeeded() {
    Scheme scheme = polynomial(SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_8, 4, 2);
    try (SecretBytes one = SecretBytes.random(16, RANDOM);
        SecretBytes other = SecretBytes.random(16, RANDOM)) {
      List<Part> parts = parts(SecretSharing.split(one, scheme, RANDOM));
      parts.set(2, parts(SecretSharing.split(other, scheme, RANDOM)).get(2));
      assertThatThrownBy(() -> SecretSharing.join(parts, scheme, Optional.empty()))
          .isInstanceOf(KmipFailure.class)
          .hasMessageContaining("do not belong to one secret");
    }
  }

  @Test
  void unsoundSchemesAreRefused() {
    try (SecretBytes secret = SecretBytes.random(32, RANDOM);
        SecretBytes odd = SecretBytes.random(17, RANDOM)) {
      for (Scheme scheme :
          List.of(
              polynomial(SplitKeyMethod.XOR, 3, 2),
              polynomial(SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_8, 256, 2),
              polynomial(SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_8, 3, 4),
              polynomial(SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_8, 3, 1),
              polynomial(SplitKeyMethod.POLYNOMIAL_SHARING_PRIME_FIELD, 3, 2),
              prime(3, 2, BigInteger.valueOf(1613)),
              prime(3, 2, BigInteger.TWO.pow(300)))) {
        assertThatThrownBy(() -> SecretSharing.split(secret, scheme, RANDOM))
            .as("%s", scheme)
            .isInstanceOf(KmipFailure.class);
      }
      assertThatThrownBy(() ->
              SecretSharing.split(
                  odd, polynomial(SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_16, 3, 2), RANDOM))
          .hasMessageContaining("odd");
    }
  }

  private static Scheme polynomial(SplitKeyMethod method, int parts, int threshold) {
    return new Scheme(method, parts, threshold, Optional.empty());
  }

  private static Scheme prime(int parts, int threshold, BigInteger prime) {
    return new Scheme(
        SplitKeyMethod.POLYNOMIAL_SHARING_PRIME_FIELD, parts, threshold, Optional.of(prime));
  }

  private static List<Part> parts(List<SecretBytes> shares) {
    List<Part> parts = new ArrayList<>();
    for (SecretBytes share : shares) {
      parts.add(new Part(parts.size() + 1, share));
    }
    return parts;
  }

  private static String join(Scheme scheme, String... shares) {
    List<SecretBytes> secrets = new ArrayList<>();
    for (String share : shares) {
      secrets.add(SecretBytes.takeOver(HexFormat.of().parseHex(share)));
    }
    try (SecretBytes joined = SecretSharing.join(parts(secrets), scheme, Optional.empty())) {
      return ClearBytes.read(joined, HexFormat.of()::formatHex);
    }
  }
}
