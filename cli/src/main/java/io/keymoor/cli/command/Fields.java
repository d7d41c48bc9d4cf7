package io.keymoor.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;

/** Reads the API's JSON for tables: what is absent is empty text. */
public final class Fields {
  private Fields() {}

  /** The text at {@code path}, such as {@code provider.name}. */
  public static String text(JsonNode json, String path) {
    JsonNode value = at(json, path);
    return value.isValueNode() && !value.isNull() ? value.asText() : "";
  }

  private static JsonNode at(JsonNode json, String path) {
    return json.at("/" + path.replace('.', '/'));
  }

  /** Lower case, as people read states. */
  public static String state(JsonNode json, String path) {
    return text(json, path).toLowerCase(Locale.ROOT);
  }

  /** An instant to the second, in UTC. */
  public static String instant(JsonNode json, String path) {
    String text = text(json, path);
    return text.length() >= 19 && text.charAt(10) == 'T'
        ? text.substring(0, 10) + " " + text.substring(11, 19) + "Z"
        : text;
  }

  public static boolean flag(JsonNode json, String path) {
    return text(json, path).equals("true");
  }

  /** A number, or the size of a list. */
  public static String count(JsonNode json, String path) {
    JsonNode value = at(json, path);
    return value.isArray() ? Integer.toString(value.size()) : text(json, path);
  }

  /** The elements of the list {@code field}. */
  public static List<JsonNode> list(JsonNode json, String field) {
    return StreamSupport.stream(json.path(field).spliterator(), false).toList();
  }

  /** Names of the elements of a list: their {@code name}, or the texts themselves. */
  public static String names(JsonNode json, String field) {
    List<String> names = new ArrayList<>();
    for (JsonNode element : list(json, field)) {
      String name = element.isTextual() ? element.asText() : text(element, "name");
      names.add(name.isEmpty() ? text(element, "id") : name);
    }
    return String.join(", ", names);
  }
}
