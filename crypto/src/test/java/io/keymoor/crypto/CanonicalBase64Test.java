package io.keymoor.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CanonicalBase64Test {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

  /** RFC 4648, section 10. */
  @Test
  void theVectorsOfTheStandard() {
    assertThat(CanonicalBase64.encode("fooba".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo("Zm9vYmE=");
    assertThat(CanonicalBase64.decode("Zm9vYg==")).asString().isEqualTo("foob");
    assertThat(CanonicalBase64.decodeUrl("Zm9vYg")).asString().isEqualTo("foob");
    assertThat(CanonicalBase64.decode("")).isEmpty();
  }

  @Test
  void everyOtherLastCharacterIsOtherBytesOrRefused() {
    for (int length = 1; length <= 33; length++) {
      byte[] bytes = new byte[length];
      String text = CanonicalBase64.encode(bytes);
      int last = text.replace("=", "").length() - 1;
      IntStream.range(1, ALPHABET.length())
          .mapToObj(ALPHABET::charAt)
          .map(other -> text.substring(0, last) + other + text.substring(last + 1))
          .forEach(changed -> assertThat(means(changed, bytes)).as(changed).isFalse());
    }
  }

  private static boolean means(String text, byte[] bytes) {
    try {
      return Arrays.equals(CanonicalBase64.decode(text), bytes);
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Zm9vYh==", "Zm9vYg", "Zm9vYg=", "Zm9v\nYg==", "Zm9v-w==", "="})
  void otherSpellingsAreRefused(String text) {
    assertThatThrownBy(() -> CanonicalBase64.decode(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Zm9vYh", "Zm9vYg==", "Zm9v/w", "Z"})
  void soAreOtherSpellingsInTheAlphabetForUrls(String text) {
    assertThatThrownBy(() -> CanonicalBase64.decodeUrl(text))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
