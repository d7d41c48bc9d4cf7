package io.keymoor.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PcrSelectionTest {
  @Test
  void registersAreReadSortedAndOnce() {
    assertThat(PcrSelection.parse("7, 0,7,23").indexes()).containsExactly(0, 7, 23);
    assertThat(PcrSelection.parse("7,0").text()).isEqualTo("0,7");
    assertThat(PcrSelection.parse("")).isEqualTo(PcrSelection.NONE);
  }

  @Test
  void whatIsNoRegisterIsRefused() {
    for (String text : new String[] {"24", "-1", "seven", "1,,2", ","}) {
      assertThatThrownBy(() -> PcrSelection.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching(".*registers.*");
    }
  }
}
