package io.keymoor.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyHierarchyTest {
  private static final UUID PROVIDER = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
  private static final UUID OBJECT = UUID.fromString("0f0e0d0c-0b0a-0908-0706-050403020100");

  /** RFC 3394 sections 4.3, 4.5 and 4.6: the vectors for a 256-bit KEK. */
  @ParameterizedTest
  @CsvSource({
    "00112233445566778899AABBCCDDEEFF," + "64E8C3F9CE0F5BA263E9777905818A2A93C8191E7D6E8AE7",
    "00112233445566778899AABBCCDDEEFF0001020304050607,"
        + "A8F9BC1612C68B3FF6E6F4FBE30E71E4769C8B80A32CB8958CD5D17D6B254DA1",
    "00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F,"
        + "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21",
  })
  void wrapsAsRfc3394Prints(String key, String wrapped) {
    try (SecretBytes kek =
            secret("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F");
        SecretBytes clear = secret(key)) {
      assertThat(AesKeyWrap.wrap(kek, clear)).isEqualTo(hex(wrapped));
      try (SecretBytes unwrapped = AesKeyWrap.unwrap(kek, hex(wrapped))) {
        assertThat(unwrapped).isEqualTo(clear);
      }
    }
  }

  @Test
  void aChangedBitOrAnotherKekDoesNotUnwrap() {
    SecureRandom random = new SecureRandom();
    try (SecretBytes kek = SecretBytes.random(32, random);
        SecretBytes other = SecretBytes.random(32, random);
        SecretBytes dek = SecretBytes.random(32, random)) {
      byte[] wrapped = AesKeyWrap.wrap(kek, dek);
      assertThatThrownBy(() -> AesKeyWrap.unwrap(other, wrapped))
          .isInstanceOf(CryptoException.WrongKey.class);
      for (int bit = 0; bit < wrapped.length * 8; bit++) {
        byte[] changed = wrapped.clone();
        changed[bit / 8] ^= (byte) (1 << (bit % 8));
        assertThatThrownBy(() -> AesKeyWrap.unwrap(kek, changed))
            .isInstanceOf(CryptoException.WrongKey.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8, 23, 39, 41, 8192})
  void whatCannotBeAWrappedKeyIsRefusedBeforeItIsTried(int length) {
    try (SecretBytes kek = SecretBytes.takeOver(new byte[32])) {
      assertThatThrownBy(() -> AesKeyWrap.unwrap(kek, new byte[length]))
          .isInstanceOf(CryptoException.Damaged.class)
          .hasMessageContaining(Integer.toString(length));
    }
  }

  /** RFC 5869 appendix A.1 to A.3. */
  @ParameterizedTest
  @CsvSource({
    "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, 000102030405060708090a0b0c,"
        + "f0f1f2f3f4f5f6f7f8f9, 42,"
        + "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, '', '', 42,"
        + "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
  })
  void derivesAsRfc5869Prints(String ikm, String salt, String info, int length, String okm) {
    try (SecretBytes key = secret(ikm);
        SecretBytes derived = KeyDerivation.hkdfSha256(key, hex(salt), hex(info), length)) {
      assertThat(bytes(derived)).isEqualTo(hex(okm));
    }
  }

  /**
   * Computed independently with HMAC-SHA-256 per RFC 5869; changing one locks every VM for ever.
   */
  @Test
  void theProjectsOwnDerivationsNeverChange() {
    try (SecretBytes key = SecretBytes.takeOver(counting(32));
        SecretBytes kek = KeyDerivation.kekFromKdk(key, PROVIDER, "key-1");
        SecretBytes dekKey = KeyDerivation.dekWrappingKey(key, OBJECT, "disk:vda", 7);
        SecretBytes macKey = KeyDerivation.recordMacKey(key, OBJECT);
        SecretBytes home = KeyDerivation.homeSealingKey(key, OBJECT);
        SecretBytes vtpm = KeyDerivation.vtpmPassphrase(key, OBJECT);
        SecretBytes luks = KeyDerivation.luksPassphrase(key)) {
      assertThat(HexFormat.of().formatHex(bytes(kek))).isEqualTo(golden("kek"));
      assertThat(HexFormat.of().formatHex(bytes(dekKey))).isEqualTo(golden("dek"));
      assertThat(HexFormat.of().formatHex(bytes(macKey))).isEqualTo(golden("mac"));
      assertThat(HexFormat.of().formatHex(bytes(home))).isEqualTo(golden("home"));
      assertThat(new String(bytes(vtpm), US_ASCII)).isEqualTo(golden("vtpm"));
      assertThat(new String(bytes(luks), US_ASCII))
          .isEqualTo("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
      assertThat(KeyCheckValue.of(key)).hasToString(golden("kcv"));
    }
  }

  @Test
  void everyInputOfADerivationMatters() {
    try (SecretBytes kek = SecretBytes.takeOver(counting(32));
        SecretBytes base = KeyDerivation.dekWrappingKey(kek, OBJECT, "disk:vda", 7);
        SecretBytes part = KeyDerivation.dekWrappingKey(kek, OBJECT, "disk:vdb", 7);
        SecretBytes object = KeyDerivation.dekWrappingKey(kek, PROVIDER, "disk:vda", 7);
        SecretBytes generation = KeyDerivation.dekWrappingKey(kek, OBJECT, "disk:vda", 8)) {
      assertThat(base).isNotEqualTo(part).isNotEqualTo(object).isNotEqualTo(generation);
    }
  }

  @Test
  void aFieldCannotReachIntoItsNeighbour() {
    try (SecretBytes kek = SecretBytes.takeOver(counting(32))) {
      assertThatThrownBy(() -> KeyDerivation.dekWrappingKey(kek, OBJECT, "disk:vda\0007", 7))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aCheckValueMatchesItsKeyOnly() {
    try (SecretBytes key = SecretBytes.takeOver(counting(32));
        SecretBytes other = SecretBytes.takeOver(new byte[32])) {
      KeyCheckValue check = KeyCheckValue.of(key);
      assertThat(check.matches(key)).isTrue();
      assertThat(check.matches(other)).isFalse();
      assertThatThrownBy(() -> new KeyCheckValue("00FF"))
          .hasMessageContaining("16 lower-case hexadecimal digits");
    }
  }

  private static String golden(String name) {
    return switch (name) {
      case "kek" -> "4c412d60a78e90f7fdf11228c41585b85d36d2cbcf58bd62d2a0059c6fdd0e23";
      case "dek" -> "8e50a1871aca477ee641e30ad2cbddfcba09b344d8bae7442ea15453d4c250bb";
      case "mac" -> "c9c9a091ef85ca796620361dcf5e43d268c230d3c723949a97922ab93e2d4a50";
      case "home" -> "bff52022ed66402cc584c8b122101a0f737a1f87a6bf452a014373429686bbfc";
      case "vtpm" -> "40ca8be50af2e3053d15f05c7f650794a79d679b4e2113588b9013ed5c2ef617";
      default -> "49169d1d09364afe";
    };
  }

  private static byte[] counting(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  private static SecretBytes secret(String hex) {
    return SecretBytes.takeOver(hex(hex));
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static byte[] bytes(SecretBytes secret) {
    return ClearBytes.<byte[], RuntimeException>read(secret, byte[]::clone);
  }
}
