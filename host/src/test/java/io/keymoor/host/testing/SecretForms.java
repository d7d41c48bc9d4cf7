package io.keymoor.host.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.HexFormat;

/** The forms in which a key could be found where it must not be. */
public final class SecretForms {
  private SecretForms() {}

  /** Fails when {@code key} is in {@code contents}, raw, hexadecimal or base64. */
  public static void assertAbsent(byte[] contents, byte[] key) {
    String text = new String(contents, ISO_8859_1);
    assertThat(text)
        .doesNotContain(new String(key, ISO_8859_1))
        .doesNotContain(HexFormat.of().formatHex(key))
        .doesNotContain(HexFormat.of().withUpperCase().formatHex(key))
        // Without the last group, which depends on what follows.
        .doesNotContain(Base64.getEncoder().encodeToString(key).substring(0, 40))
        .doesNotContain(Base64.getUrlEncoder().encodeToString(key).substring(0, 40));
  }
}
