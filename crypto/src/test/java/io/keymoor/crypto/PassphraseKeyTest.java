package io.keymoor.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PassphraseKeyTest {
  private static final byte[] SALT = "somesaltsomesalt".getBytes(US_ASCII);

  /**
   * Computed with the reference implementation's command line: argon2 SALT -id -t 2 -k 256 -p 1.
   */
  @Test
  void agreesWithTheReferenceImplementation() {
    try (SecretBytes passphrase = SecretBytes.takeOver("password".getBytes(US_ASCII));
        SecretBytes key =
            PassphraseKey.derive(passphrase, SALT, new PassphraseKey.Cost(2, 256, 1))) {
      String hex = ClearBytes.read(key, clear -> HexFormat.of().formatHex(clear));
      assertThat(hex).isEqualTo("cab746b4621993fdc91ec50787980b414a90a692f0bc68dfe19f9c25b3cba9ec");
    }
  }

  @Test
  void refusesACostThatWouldExhaustTheMachine() {
    assertThatThrownBy(() -> new PassphraseKey.Cost(3, 2 * 1024 * 1024, 4))
        .isInstanceOf(CryptoException.Damaged.class)
        .hasMessageContaining("2097152 KiB");
  }
}
