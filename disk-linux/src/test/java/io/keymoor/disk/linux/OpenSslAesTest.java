package io.keymoor.disk.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.keymoor.disk.BulkAes;
import io.keymoor.disk.Machine;
import io.keymoor.disk.xts.XtsCipher;
import io.keymoor.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OpenSslAesTest {
  private static final Machine MACHINE = new LinuxMachine(false);

  private final Random random = new Random(31);

  @BeforeAll
  static void needsOpenSsl() {
    assumeThat(LibCrypto.load()).as("libcrypto.so.3 of OpenSSL 3, package libssl3").isPresent();
  }

  @Test
  void givesWhatTheJavaRuntimeGives() throws GeneralSecurityException {
    byte[] keys = bytes(64);
    for (int offset : new int[] {0, 32}) {
      try (BulkAes aes = MACHINE.aes(keys, offset).orElseThrow()) {
        for (int blocks : new int[] {1, 0, 2, 512, 1024, 3}) {
          byte[] from = bytes(blocks * 16 + 7);
          byte[] into = new byte[from.length];
          aes.encrypt(from, into, blocks * 16);
          assertThat(into).isEqualTo(byJava(Cipher.ENCRYPT_MODE, keys, offset, from, blocks));
          aes.decrypt(from, into, blocks * 16);
          assertThat(into).isEqualTo(byJava(Cipher.DECRYPT_MODE, keys, offset, from, blocks));
        }
      }
    }
  }

  @Test
  void xtsIsTheSameWithItAndWithoutIt() {
    try (SecretBytes key = SecretBytes.takeOver(bytes(64));
        XtsCipher with = new XtsCipher(key, 4096, MACHINE);
        XtsCipher without = new XtsCipher(key, 4096, Machine.JAVA)) {
      byte[] data = bytes(600 * 4096);
      byte[] same = data.clone();
      with.encrypt(1L << 33, data, 0, data.length);
      without.encrypt(1L << 33, same, 0, same.length);
      assertThat(data).isEqualTo(same);
      with.decrypt(7, data, 0, data.length);
      without.decrypt(7, same, 0, same.length);
      assertThat(data).isEqualTo(same);
    }
  }

  @Test
  void whereTheJavaRuntimeIsFasterItIsLeftAlone() {
    assertThat(new LinuxMachine(true).aes(bytes(32), 0)).isEmpty();
  }

  @Test
  void refusesWhatWouldReachOutsideOfAnArrayAndWorkAfterItsEnd() {
    BulkAes aes = MACHINE.aes(bytes(32), 0).orElseThrow();
    assertThatThrownBy(() -> aes.encrypt(new byte[16], new byte[32], 32))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> aes.decrypt(new byte[32], new byte[16], 32))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> aes.encrypt(new byte[32], new byte[32], 17))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> aes.encrypt(new byte[32], new byte[32], -16))
        .isInstanceOf(IllegalArgumentException.class);
    aes.close();
    aes.close();
    assertThatThrownBy(() -> aes.encrypt(new byte[16], new byte[16], 16))
        .isInstanceOf(IllegalStateException.class);
  }

  private static byte[] byJava(int mode, byte[] keys, int offset, byte[] from, int blocks)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
    cipher.init(mode, new SecretKeySpec(keys, offset, 32, "AES"));
    return Arrays.copyOf(cipher.doFinal(from, 0, blocks * 16), from.length);
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
