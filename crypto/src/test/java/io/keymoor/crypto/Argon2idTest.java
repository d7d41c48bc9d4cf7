package io.keymoor.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vectors of the reference implementation's test suite, version 1.3, password "password". */
class Argon2idTest {
  @ParameterizedTest
  @CsvSource({
    "2, 65536, 1, somesalt, 09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
    "2, 256, 1, somesalt, 9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe",
    "2, 256, 2, somesalt, 6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037"
  })
  void agreesWithTheReferenceImplementation(
      int passes, int memoryKib, int lanes, String salt, String expected) {
    try (SecretBytes password = SecretBytes.takeOver("password".getBytes(US_ASCII));
        SecretBytes derived =
            Argon2id.derive(
                password,
                salt.getBytes(US_ASCII),
                new Argon2id.Cost(passes, memoryKib, lanes),
                32)) {
      assertThat(ClearBytes.<String, RuntimeException>read(derived, HexFormat.of()::formatHex))
          .isEqualTo(expected);
    }
  }

  @Test
  void refusesCostsThatAreNone() {
    assertThatThrownBy(() -> new Argon2id.Cost(0, 64, 1))
        .hasMessage("0 passes, 64 KiB, 1 lanes are no Argon2 cost");
    assertThatThrownBy(() -> new Argon2id.Cost(1, 15, 2))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
