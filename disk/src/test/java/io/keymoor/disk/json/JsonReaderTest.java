package io.keymoor.disk.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
  @Test
  void readsEveryKindOfValue() throws JsonReader.NotJson {
    assertThat(JsonReader.read(" {\"a\" : [1, -20, true, false, null], \"b\":{}, \"c\":[]}\n"))
        .isEqualTo(
            new Json.Members(
                Map.of(
                    "a",
                    new Json.Items(
                        List.of(
                            new Json.Whole(1),
                            new Json.Whole(-20),
                            new Json.Truth(true),
                            new Json.Truth(false),
                            new Json.Nothing())),
                    "b",
                    new Json.Members(Map.of()),
                    "c",
                    new Json.Items(List.of()))));
  }

  @Test
  void readsEscapes() throws JsonReader.NotJson {
    assertThat(JsonReader.read("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\u00fc\""))
        .isEqualTo(new Json.Text("\"\\/\b\f\n\r\t\u00e9\ud83d\ude00\u00fc"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"b\":1,\"a\":[\"x\",{\"y\":null}]}",
        "\"a \\\"quoted\\\" \\\\ \\u0007 \\u20ac\"",
        "-9223372036854775808"
      })
  void writesWhatItReads(String text) throws JsonReader.NotJson {
    assertThat(JsonReader.read(text).write()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|the end at character 0",
        "{|no '\"' at character 1",
        "{\"a\"}|no ':' at character 4",
        "{\"a\":1,}|no '\"' at character 7",
        "{\"a\":1,\"a\":2}|a member that was there before",
        "[1|no ']' at character 2",
        "[1,]|no value at character 3",
        "01|no value",
        "-|no value",
        "1.5|something follows the value at character 1",
        "9223372036854775808|a number beyond 64 bits",
        "tru|no value at character 0",
        "\"a|the end at character 2",
        "\"\\x\"|an unknown escape",
        "\"\\u00g0\"|no hexadecimal digit",
        "\"\\u00|the end",
        "{} {}|something follows the value at character 3"
      })
  void saysWhatIsWrongAndWhere(String text, String reason) {
    assertThatThrownBy(() -> JsonReader.read(text))
        .isInstanceOf(JsonReader.NotJson.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesControlCharactersAndDepthWithoutEnd() {
    assertThatThrownBy(() -> JsonReader.read("\"\n\""))
        .hasMessageContaining("a control character in a string");
    assertThatThrownBy(() -> JsonReader.read("[".repeat(100_000)))
        .hasMessage("more than 32 levels at character 32");
  }

  @FuzzTest(maxDuration = "30s")
  void noTextCausesAnythingButAValueOrARefusal(byte[] bytes) {
    try {
      Json value = JsonReader.read(new String(bytes, UTF_8));
      assertThat(JsonReader.read(value.write())).isEqualTo(value);
    } catch (JsonReader.NotJson expected) {
      assertThat(expected).hasMessageContaining(" at character ");
    }
  }
}
