package io.keymoor.disk.xts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.disk.BulkAes;
import io.keymoor.disk.DataRuns;
import io.keymoor.disk.Machine;
import io.keymoor.secret.SecretBytes;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class XtsCipherTest {
  private static final HexFormat HEX = HexFormat.of();

  /** IEEE 1619-2007, annex B, vector 10: e and pi as keys, data unit 0xff. */
  private static final String VECTOR_10_KEY =
      "2718281828459045235360287471352662497757247093699959574966967627"
          + "3141592653589793238462643383279502884197169399375105820974944592";

  private static final String VECTOR_10_CIPHERTEXT =
      "1c3b3a102f770386e4836c99e370cf9bea00803f5e482357a4ae12d414a3e63b"
          + "5d31e276f8fe4a8d66b317f9ac683f44680a86ac35adfc3345befecb4bb188fd"
          + "5776926c49a3095eb108fd1098baec70aaa66999a72a82f27d848b21d4a741b0"
          + "c5cd4d5fff9dac89aeba122961d03a757123e9870f8acf1000020887891429ca"
          + "2a3e7a7d7df7b10355165c8b9a6d0a7de8b062c4500dc4cd120c0f7418dae3d0"
          + "b5781c34803fa75421c790dfe1de1834f280d7667b327f6c8cd7557e12ac3a0f"
          + "93ec05c52e0493ef31a12d3d9260f79a289d6a379bc70c50841473d1a8cc81ec"
          + "583e9645e07b8d9670655ba5bbcfecc6dc3966380ad8fecb17b6ba02469a020a"
          + "84e18e8f84252070c13e9f1f289be54fbc481457778f616015e1327a02b140f1"
          + "505eb309326d68378f8374595c849d84f4c333ec4423885143cb47bd71c5edae"
          + "9be69a2ffeceb1bec9de244fbe15992b11b77c040f12bd8f6a975a44a0f90c29"
          + "a9abc3d4d893927284c58754cce294529f8614dcd2aba991925fedc4ae74ffac"
          + "6e333b93eb4aff0479da9a410e4450e0dd7ae4c6e2910900575da401fc07059f"
          + "645e8b7e9bfdef33943054ff84011493c27b3429eaedb4ed5376441a77ed4385"
          + "1ad77f16f541dfd269d50d6a5f14fb0aab1cbb4c1550be97f7ab4066193c4caa"
          + "773dad38014bd2092fa755c824bb5e54c4f36ffda9fcea70b9c6e693e148c151";

  @ParameterizedTest
  @EnumSource
  void encryptsAndDecryptsTheVectorOfIeee1619(JavaAes.Way way) {
    byte[] plaintext = new byte[512];
    for (int i = 0; i < plaintext.length; i++) {
      plaintext[i] = (byte) i;
    }
    try (SecretBytes key = SecretBytes.takeOver(HEX.parseHex(VECTOR_10_KEY));
        XtsCipher cipher = new XtsCipher(key, machine(way))) {
      byte[] data = plaintext.clone();
      cipher.encrypt(0xff, data, 0, data.length);
      assertThat(HEX.formatHex(data)).isEqualTo(VECTOR_10_CIPHERTEXT);
      cipher.decrypt(0xff, data, 0, data.length);
      assertThat(data).isEqualTo(plaintext);
    }
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithTheDefinitionOnRandomRunsOfSectors(JavaAes.Way way) throws Exception {
    Random random = new Random(1619);
    for (int round = 0; round < 40; round++) {
      byte[] key = bytes(random, 64);
      int sectorBytes = round % 2 == 0 ? 512 : 4096;
      long sector = random.nextLong() >>> random.nextInt(64);
      byte[] data = bytes(random, sectorBytes * (1 + random.nextInt(5)));
      byte[] expected = byDefinition(key, sector, sectorBytes, data);
      try (XtsCipher cipher = new XtsCipher(SecretBytes.takeOver(key), sectorBytes, machine(way))) {
        byte[] original = data.clone();
        cipher.encrypt(sector, data, 0, data.length);
        assertThat(data).isEqualTo(expected);
        cipher.decrypt(sector, data, 0, data.length);
        assertThat(data).isEqualTo(original);
      }
    }
  }

  @Test
  void decryptingGivesBackWhatWasEncryptedAtAnyOffsetAndLengthAndTouchesNothingElse() {
    Random random = new Random(38);
    try (XtsCipher cipher = cipher(VECTOR_10_KEY)) {
      for (int round = 0; round < 60; round++) {
        byte[] buffer = bytes(random, 600 * 1024);
        int length = 512 * random.nextInt(1100);
        int offset = random.nextInt(buffer.length - length);
        byte[] original = buffer.clone();
        cipher.encrypt(round, buffer, offset, length);
        assertThat(Arrays.mismatch(buffer, 0, offset, original, 0, offset)).isEqualTo(-1);
        int end = offset + length;
        assertThat(Arrays.mismatch(buffer, end, buffer.length, original, end, original.length))
            .isEqualTo(-1);
        cipher.decrypt(round, buffer, offset, length);
        assertThat(buffer).isEqualTo(original);
      }
    }
  }

  @Test
  void oneCipherServesManyThreadsAtOnce() throws Exception {
    try (XtsCipher cipher = cipher(VECTOR_10_KEY);
        var threads = Executors.newFixedThreadPool(4)) {
      byte[] expected = new byte[64 * 1024];
      cipher.encrypt(7, expected, 0, expected.length);
      Callable<byte[]> task =
          () -> {
            byte[] data = new byte[expected.length];
            cipher.encrypt(7, data, 0, data.length);
            return data;
          };
      for (var result : threads.invokeAll(Stream.generate(() -> task).limit(64).toList())) {
        assertThat(result.get()).isEqualTo(expected);
      }
    }
  }

  @Test
  void aClosedCipherRefusesToWork() {
    XtsCipher cipher = cipher(VECTOR_10_KEY);
    cipher.encrypt(0, new byte[512], 0, 512);
    cipher.close();
    assertThatThrownBy(() -> cipher.encrypt(0, new byte[512], 0, 512))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this cipher has been closed");
  }

  @Test
  void refusesKeysAndRunsOfTheWrongLength() {
    assertThatThrownBy(() -> cipher("00".repeat(32)))
        .hasMessage("AES-256-XTS takes 64 key bytes, not 32");
    try (XtsCipher cipher = cipher(VECTOR_10_KEY)) {
      assertThatThrownBy(() -> cipher.encrypt(0, new byte[600], 0, 600))
          .hasMessage("600 bytes are no whole number of sectors");
    }
  }

  /** A machine that has nothing to offer but this way of the Java runtime. */
  private static Machine machine(JavaAes.Way way) {
    return new Machine() {
      @Override
      public Optional<BulkAes> aes(byte[] keys, int offset) {
        return Optional.of(new JavaAes(keys, offset, way));
      }

      @Override
      public Optional<DataRuns> dataRuns(Path file) {
        return Optional.empty();
      }
    };
  }

  private static XtsCipher cipher(String hexKey) {
    try (SecretBytes key = SecretBytes.takeOver(HEX.parseHex(hexKey))) {
      return new XtsCipher(key, Machine.JAVA);
    }
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Block by block, with the field arithmetic done on big integers. */
  private static byte[] byDefinition(byte[] key, long sector, int sectorBytes, byte[] data)
      throws Exception {
    Cipher dataCipher = aes(Arrays.copyOfRange(key, 0, 32));
    Cipher tweakCipher = aes(Arrays.copyOfRange(key, 32, 64));
    byte[] result = new byte[data.length];
    for (int at = 0; at < data.length; at += 16) {
      int block = at % sectorBytes / 16;
      long number = sector + (at / sectorBytes) * (sectorBytes / 512L);
      byte[] tweak = new byte[16];
      for (int i = 0; i < 8; i++) {
        tweak[i] = (byte) (number >>> (8 * i));
      }
      tweak = timesXToThe(block, tweakCipher.doFinal(tweak));
      byte[] mixed = xor(Arrays.copyOfRange(data, at, at + 16), tweak);
      System.arraycopy(xor(dataCipher.doFinal(mixed), tweak), 0, result, at, 16);
    }
    return result;
  }

  private static byte[] timesXToThe(int power, byte[] littleEndian) {
    BigInteger value = new BigInteger(1, reversed(littleEndian));
    for (int i = 0; i < power; i++) {
      value = value.shiftLeft(1);
      if (value.testBit(128)) {
        value = value.clearBit(128).xor(BigInteger.valueOf(0x87));
      }
    }
    byte[] big = value.toByteArray();
    byte[] fixed = new byte[16];
    for (int i = 0; i < Math.min(16, big.length); i++) {
      fixed[i] = big[big.length - 1 - i];
    }
    return fixed;
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  private static byte[] xor(byte[] a, byte[] b) {
    byte[] result = new byte[16];
    for (int i = 0; i < 16; i++) {
      result[i] = (byte) (a[i] ^ b[i]);
    }
    return result;
  }

  private static Cipher aes(byte[] key) throws Exception {
    Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
    return cipher;
  }
}
