package io.keymoor.disk.luks2;

import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.json.Json;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** The members of one JSON object; one that is missing or of the wrong kind is damage. */
record Fields(String image, String where, Json.Members object) {
  private static final int LONGEST_BINARY = 4096;

  Map<String, Json> members() {
    return object.members();
  }

  boolean has(String name) {
    return object.members().containsKey(name);
  }

  Fields object(String name) {
    if (object.members().get(name) instanceof Json.Members members) {
      return new Fields(image, where + "." + printable(name), members);
    }
    throw damaged(name, "an object");
  }

  String text(String name) {
    if (object.members().get(name) instanceof Json.Text text) {
      return text.text();
    }
    throw damaged(name, "a text");
  }

  long number(String name) {
    if (object.members().get(name) instanceof Json.Whole number) {
      return number.value();
    }
    throw damaged(name, "a whole number");
  }

  /** LUKS2 writes numbers that may need 64 bits as text; they count bytes and are not negative. */
  long decimal(String name) {
    String text = text(name);
    if (!text.matches("[0-9]{1,18}")) {
      throw damaged(name, "a number of bytes in text");
    }
    return Long.parseLong(text);
  }

  byte[] base64(String name) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text(name));
      if (bytes.length <= LONGEST_BINARY) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw damaged(name, "base64");
    }
    throw damaged(name, "of a sane length");
  }

  List<String> texts(String name) {
    if (object.members().get(name) instanceof Json.Items array) {
      return array.items().stream()
          .map(item -> {
            if (item instanceof Json.Text text) {
              return text.text();
            }
            throw damaged(name, "a list of texts");
          })
          .toList();
    }
    throw damaged(name, "a list");
  }

  private DamagedImage damaged(String name, String expected) {
    return new DamagedImage(image, where + " has no member " + name + " that is " + expected);
  }

  /** Text of an image that goes into messages. */
  static String printable(String text) {
    String clean = text.replaceAll("[^ -~]", "?");
    return clean.length() > 40 ? clean.substring(0, 40) + "..." : clean;
  }
}
