package io.keymoor.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutputTest {
  @Test
  void sizesAreWrittenAsPeopleSayThem() {
    assertThat(Quantity.bytes(0)).isEqualTo("0 bytes");
    assertThat(Quantity.bytes(1023)).isEqualTo("1023 bytes");
    assertThat(Quantity.bytes(1536)).isEqualTo("1.5 KiB");
    assertThat(Quantity.bytes(256L << 20)).isEqualTo("256 MiB");
    assertThat(Quantity.bytes(1.0e18)).isEqualTo("888 PiB");
  }

  @Test
  void durationsAreWrittenAsPeopleSayThem() {
    assertThat(Quantity.elapsed(Duration.ofMillis(420))).isEqualTo("0.42 s");
    assertThat(Quantity.elapsed(Duration.ofMillis(12_340))).isEqualTo("12.3 s");
    assertThat(Quantity.elapsed(Duration.ofSeconds(125))).isEqualTo("2:05 min");
    assertThat(Quantity.elapsed(Duration.ofSeconds(3723))).isEqualTo("1:02:03 h");
  }

  @Test
  void wideAndCombiningCharactersCountAsTheyAreShown() {
    assertThat(DisplayText.width("abc")).isEqualTo(3);
    assertThat(DisplayText.width("東京")).isEqualTo(4);
    assertThat(DisplayText.width("e\u0301")).isEqualTo(1);
    assertThat(DisplayText.width("\ud83d\udd11")).isEqualTo(2);
  }

  @Test
  void charactersThatSteerTerminalsAreNotShown() {
    assertThat(DisplayText.shown("a\u001b]0;x\u0007b\nc")).isEqualTo("a?]0;x?b?c");
  }

  @Test
  void aRowHasACellForEveryColumn() {
    Table table = new Table("A", "B");
    assertThatThrownBy(() -> table.row("1")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void coloursAreThereOnlyWhereSomebodySeesThem() {
    assertThat(new Style(false).bad("no")).isEqualTo("no");
    assertThat(new Style(true).bad("no")).isEqualTo("\u001b[31mno\u001b[0m");
  }
}
