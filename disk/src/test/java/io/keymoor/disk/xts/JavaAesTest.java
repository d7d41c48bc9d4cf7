package io.keymoor.disk.xts;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JavaAesTest {
  private final Random random = new Random(197);

  @ParameterizedTest
  @EnumSource
  void bothWaysGiveWhatEcbGivesCallAfterCall(JavaAes.Way way) throws GeneralSecurityException {
    byte[] keys = bytes(64);
    Cipher encryptor = ecb(Cipher.ENCRYPT_MODE, keys);
    Cipher decryptor = ecb(Cipher.DECRYPT_MODE, keys);
    try (JavaAes aes = new JavaAes(keys, 32, way)) {
      for (int blocks : new int[] {1, 2, 0, 512, 3, 1024, 1}) {
        byte[] from = bytes(blocks * 16 + 5);
        byte[] into = new byte[from.length];
        aes.encrypt(from, into, blocks * 16);
        assertThat(part(into, blocks)).isEqualTo(encryptor.doFinal(from, 0, blocks * 16));
        aes.decrypt(from, into, blocks * 16);
        assertThat(part(into, blocks)).isEqualTo(decryptor.doFinal(from, 0, blocks * 16));
        assertThat(Arrays.copyOfRange(into, blocks * 16, into.length)).containsOnly(0);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void closedItHasAnotherKey(JavaAes.Way way) {
    byte[] keys = bytes(32);
    byte[] from = bytes(16);
    byte[] before = new byte[16];
    byte[] after = new byte[16];
    JavaAes aes = new JavaAes(keys, 0, way);
    aes.decrypt(from, before, 16);
    aes.close();
    aes.decrypt(from, after, 16);
    assertThat(after).isNotEqualTo(before);
  }

  private static byte[] part(byte[] bytes, int blocks) {
    return Arrays.copyOf(bytes, blocks * 16);
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static Cipher ecb(int mode, byte[] keys) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
    cipher.init(mode, new SecretKeySpec(keys, 32, 32, "AES"));
    return cipher;
  }
}
