package io.keymoor.disk.json;

import java.io.Serial;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads one JSON value (RFC 8259), strictly. One reader reads one text. */
public final class JsonReader {
  private static final int DEEPEST = 32;

  private final String text;
  private int at;
  private int depth;

  private JsonReader(String text) {
    this.text = text;
  }

  /** The text is no JSON, or none that this reader takes; the message says what and where. */
  public static final class NotJson extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    NotJson(String what, int position) {
      super(what + " at character " + position);
    }
  }

  /** Reads {@code text} whole; the caller has bounded its length. */
  public static Json read(String text) throws NotJson {
    JsonReader reader = new JsonReader(text);
    Json value = reader.value();
    reader.skipSpace();
    if (reader.at < text.length()) {
      throw reader.notJson("something follows the value");
    }
    return value;
  }

  private Json value() throws NotJson {
    skipSpace();
    return switch (peek()) {
      case '{' -> nested(this::members);
      case '[' -> nested(this::items);
      case '"' -> new Json.Text(string());
      case 't' -> word("true", new Json.Truth(true));
      case 'f' -> word("false", new Json.Truth(false));
      case 'n' -> word("null", new Json.Nothing());
      default -> number();
    };
  }

  @FunctionalInterface
  private interface Part {
    Json read() throws NotJson;
  }

  /** A thousand opening brackets must not exhaust the stack. */
  private Json nested(Part part) throws NotJson {
    if (++depth > DEEPEST) {
      throw notJson("more than " + DEEPEST + " levels");
    }
    at++;
    Json value = part.read();
    depth--;
    return value;
  }

  private Json members() throws NotJson {
    Map<String, Json> members = new LinkedHashMap<>();
    skipSpace();
    if (takes('}')) {
      return new Json.Members(members);
    }
    do {
      skipSpace();
      String name = string();
      skipSpace();
      need(':');
      if (members.put(name, value()) != null) {
        throw notJson("a member that was there before");
      }
      skipSpace();
    } while (takes(','));
    need('}');
    return new Json.Members(members);
  }

  private Json items() throws NotJson {
    List<Json> items = new ArrayList<>();
    skipSpace();
    if (takes(']')) {
      return new Json.Items(items);
    }
    do {
      items.add(value());
      skipSpace();
    } while (takes(','));
    need(']');
    return new Json.Items(items);
  }

  private String string() throws NotJson {
    need('"');
    StringBuilder out = new StringBuilder();
    while (peek() != '"') {
      char c = text.charAt(at++);
      if (c < ' ') {
        throw notJson("a control character in a string");
      }
      out.append(c == '\\' ? escaped() : c);
    }
    at++;
    return out.toString();
  }

  private char escaped() throws NotJson {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw notJson("an unknown escape");
    };
  }

  private char unicode() throws NotJson {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0 || peek() > 'f') {
        throw notJson("no hexadecimal digit");
      }
      code = code << 4 | digit;
      at++;
    }
    return (char) code;
  }

  private Json number() throws NotJson {
    int start = at;
    takes('-');
    int digits = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == digits || (text.charAt(digits) == '0' && at > digits + 1)) {
      throw notJson("no value");
    }
    try {
      return new Json.Whole(Long.parseLong(text, start, at, 10));
    } catch (NumberFormatException e) {
      throw notJson("a number beyond 64 bits");
    }
  }

  private Json word(String word, Json value) throws NotJson {
    if (!text.startsWith(word, at)) {
      throw notJson("no value");
    }
    at += word.length();
    return value;
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() throws NotJson {
    if (at >= text.length()) {
      throw notJson("the end");
    }
    return text.charAt(at);
  }

  private boolean takes(char c) {
    boolean there = at < text.length() && text.charAt(at) == c;
    at += there ? 1 : 0;
    return there;
  }

  private void need(char c) throws NotJson {
    if (!takes(c)) {
      throw notJson("no '" + c + "'");
    }
  }

  private NotJson notJson(String what) {
    return new NotJson(what, at);
  }
}
