package io.keymoor.disk.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.keymoor.disk.KeyHashing;
import io.keymoor.disk.Machine;
import io.keymoor.disk.luks.HashSpec;
import io.keymoor.disk.luks.KeyMaterial;
import io.keymoor.disk.luks.Pbkdf2;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OpenSslHashingTest {
  private static final Machine MACHINE = new LinuxMachine(true);

  private final Random random = new Random(46);

  @BeforeAll
  static void needsOpenSsl() {
    assumeThat(LibCrypto.load()).as("libcrypto.so.3 of OpenSSL 3, package libssl3").isPresent();
  }

  @Test
  void isUsedAlsoWhereTheRuntimesOwnAesIsFaster() {
    assertThat(MACHINE.keyHashing()).isPresent();
  }

  @ParameterizedTest
  @EnumSource(HashSpec.class)
  void derivesTheKeyThatTheJavaRuntimeDerives(HashSpec hash) {
    byte[] salt = bytes(32);
    for (int passwordBytes : new int[] {1, 64, 65, 200}) {
      byte[] password = bytes(passwordBytes);
      for (int length : new int[] {1, 20, 64, 70}) {
        assertThat(Pbkdf2.derive(hash, password, salt, 3, length, MACHINE))
            .as("%d bytes of %d", length, passwordBytes)
            .isEqualTo(Pbkdf2.derive(hash, password, salt, 3, length, Machine.JAVA));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(HashSpec.class)
  void opensWhatTheJavaRuntimeSealedAndTheOtherWayRound(HashSpec hash) {
    try (SecretBytes volumeKey = SecretBytes.takeOver(bytes(KeyMaterial.KEY_BYTES));
        SecretBytes slotKey = SecretBytes.takeOver(bytes(KeyMaterial.KEY_BYTES))) {
      assertThat(opened(hash, sealed(hash, volumeKey, slotKey, MACHINE), slotKey, Machine.JAVA))
          .isEqualTo(clear(volumeKey));
      assertThat(opened(hash, sealed(hash, volumeKey, slotKey, Machine.JAVA), slotKey, MACHINE))
          .isEqualTo(clear(volumeKey));
    }
  }

  @Test
  void leavesWhatItDoesNotHaveToTheJavaRuntime() {
    KeyHashing hashing = MACHINE.keyHashing().orElseThrow();
    assertThat(hashing.pbkdf2("WHIRLPOOL-9", bytes(8), bytes(8), 1, new byte[8])).isFalse();
    assertThat(hashing.pbkdf2("SHA-256", bytes(8), bytes(8), 0, new byte[8])).isFalse();
    assertThat(hashing.condense("WHIRLPOOL-9", bytes(128), 1, new byte[64])).isFalse();
  }

  private static byte[] sealed(
      HashSpec hash, SecretBytes volumeKey, SecretBytes slotKey, Machine machine) {
    return KeyMaterial.seal(hash, volumeKey, slotKey, new SecureRandom(), machine);
  }

  private static byte[] opened(
      HashSpec hash, byte[] material, SecretBytes slotKey, Machine machine) {
    try (SecretBytes volumeKey = KeyMaterial.open(hash, material, slotKey, machine)) {
      return clear(volumeKey);
    }
  }

  private static byte[] clear(SecretBytes secret) {
    return ClearBytes.<byte[], RuntimeException>read(secret, byte[]::clone);
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
