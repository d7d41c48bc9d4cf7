package io.keymoor.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecoveryKeyTest {
  private static SecretBytes counting() {
    byte[] bytes = new byte[RecoveryKey.BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    return SecretBytes.takeOver(bytes);
  }

  @Test
  void aKeyIsFourteenGroupsOfFourAndComesBackHoweverItIsTyped() {
    try (SecretBytes key = counting()) {
      String text = new String(RecoveryKey.text(key));
      assertThat(text)
          .as("computed with Python")
          .isEqualTo("000G-40R4-0M30-E209-185G-R38E-1W81-24GK-2GAH-C5RR-34D1-P70X-3RFG-WT26");
      for (String typed :
          new String[] {
            text,
            text.toLowerCase(Locale.ROOT),
            text.replace("-", ""),
            text.replace("-", " \n"),
            text.replace('0', 'o').replace('1', 'l')
          }) {
        try (SecretBytes again = RecoveryKey.parse(typed.toCharArray())) {
          assertThat(again).isEqualTo(key);
        }
      }
    }
  }

  @Test
  void everyKeyComesBack() {
    SecureRandom random = new SecureRandom();
    for (int i = 0; i < 200; i++) {
      try (SecretBytes key = SecretBytes.random(RecoveryKey.BYTES, random);
          SecretBytes again = RecoveryKey.parse(RecoveryKey.text(key))) {
        assertThat(again).isEqualTo(key);
      }
    }
  }

  @Test
  void aWrongCharacterAnywhereIsNoticed() {
    try (SecretBytes key = counting()) {
      char[] text = RecoveryKey.text(key);
      for (int i = 0; i < text.length; i++) {
        char[] wrong = Arrays.copyOf(text, text.length);
        if (wrong[i] != '-') {
          wrong[i] = wrong[i] == 'Z' ? '2' : 'Z';
          assertThatThrownBy(() -> RecoveryKey.parse(wrong)).hasMessageContaining("is wrong");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0000", "U", "ä", "0000-0000-0000-0000-0000-0000-0000"})
  void whatIsNoKeyIsTold(String typed) {
    assertThatThrownBy(() -> RecoveryKey.parse(typed.toCharArray()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RecoveryKey.parse("0".repeat(57).toCharArray()))
        .hasMessageContaining("more than 14 groups");
  }
}
