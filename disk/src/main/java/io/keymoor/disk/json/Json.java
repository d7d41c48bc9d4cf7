package io.keymoor.disk.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON value (RFC 8259) without fractions. Immutable. */
public sealed interface Json {
  /** An object; its members keep their order. */
  record Members(Map<String, Json> members) implements Json {
    public Members {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }
  }

  /** An array. */
  record Items(List<Json> items) implements Json {
    public Items {
      items = List.copyOf(items);
    }
  }

  /** A string. */
  record Text(String text) implements Json {}

  /** A whole number. */
  record Whole(long value) implements Json {}

  /** True or false. */
  record Truth(boolean value) implements Json {}

  /** null. */
  record Nothing() implements Json {}

  /** An object of names and values in turn. */
  static Members object(Object... namesAndValues) {
    Map<String, Json> members = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      members.put((String) namesAndValues[i], (Json) namesAndValues[i + 1]);
    }
    return new Members(members);
  }

  /** An array of strings. */
  static Items texts(List<String> texts) {
    return new Items(texts.stream().<Json>map(Text::new).toList());
  }

  /** The shortest text for this value. */
  default String write() {
    StringBuilder out = new StringBuilder();
    JsonWriter.write(this, out);
    return out.toString();
  }
}
