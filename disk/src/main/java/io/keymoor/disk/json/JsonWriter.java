package io.keymoor.disk.json;

import java.util.Iterator;
import java.util.Map;

/** Writes without white space, in ASCII: everything else is escaped. */
final class JsonWriter {
  private JsonWriter() {}

  static void write(Json value, StringBuilder out) {
    switch (value) {
      case Json.Members object -> writeMembers(object, out);
      case Json.Items array -> writeItems(array, out);
      case Json.Text string -> writeText(string.text(), out);
      case Json.Whole number -> out.append(number.value());
      case Json.Truth truth -> out.append(truth.value());
      case Json.Nothing nothing -> out.append("null");
    }
  }

  private static void writeMembers(Json.Members object, StringBuilder out) {
    out.append('{');
    Iterator<Map.Entry<String, Json>> members = object.members().entrySet().iterator();
    while (members.hasNext()) {
      Map.Entry<String, Json> member = members.next();
      writeText(member.getKey(), out);
      out.append(':');
      write(member.getValue(), out);
      out.append(members.hasNext() ? "," : "");
    }
    out.append('}');
  }

  private static void writeItems(Json.Items array, StringBuilder out) {
    out.append('[');
    Iterator<Json> items = array.items().iterator();
    while (items.hasNext()) {
      write(items.next(), out);
      out.append(items.hasNext() ? "," : "");
    }
    out.append(']');
  }

  private static void writeText(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
