package io.keymoor.ttlv;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON that KMIP uses (KMIP Profiles, JSON encoding): one object an item.
 *
 * <pre>
 *  item  := '{' "tag": name or "0x…", ("type": type name,)? ("name": …,)? "value": value '}'
 *  value := '[' item, … ']' | string | number | true | false          keys in any order
 * </pre>
 */
final class JsonParser {
  private final TextSource source;

  private JsonParser(TextSource source) {
    this.source = source;
  }

  static TextItem parse(TextSource source) {
    source.skipSpace();
    TextItem root = new JsonParser(source).item(0);
    source.skipSpace();
    if (!source.atEnd()) {
      throw source.refuse(MalformedTtlv.Reason.BAD_ENCODING, "data behind the message");
    }
    return root;
  }

  private static final class Members {
    private @Nullable String tag;
    private @Nullable String type;
    private @Nullable List<TextItem> children;
    private int from = -1;
    private int to = -1;

    boolean hasValue() {
      return children != null || from >= 0;
    }
  }

  private TextItem item(int depth) {
    source.expect('{');
    source.countItem();
    Members members = new Members();
    do {
      source.skipSpace();
      String key = string();
      source.skipSpace();
      source.expect(':');
      source.skipSpace();
      member(members, key, depth);
      source.skipSpace();
    } while (more('}'));
    return finish(members);
  }

  /** True behind a comma, false behind the closing bracket. */
  private boolean more(char close) {
    int c = source.take();
    if (c == ',') {
      return true;
    }
    if (c == close) {
      return false;
    }
    throw source.refuse(MalformedTtlv.Reason.BAD_ENCODING, "',' or '" + close + "' is missing");
  }

  private void member(Members members, String key, int depth) {
    switch (key) {
      case "tag" -> members.tag = once(members.tag != null, string());
      case "type" -> members.type = once(members.type != null, string());
      case "name" -> string();
      case "value" -> {
        once(members.hasValue(), key);
        value(members, depth);
      }
      default -> throw source.refuse(MalformedTtlv.Reason.BAD_ENCODING, "an unknown member");
    }
  }

  private String once(boolean before, String now) {
    if (before) {
      throw source.refuse(MalformedTtlv.Reason.BAD_ENCODING, "a member given twice");
    }
    return now;
  }

  private void value(Members members, int depth) {
    switch (source.peek()) {
      case '[' -> members.children = children(depth);
      case '"' -> {
        members.from = source.at() + 1;
        skipString();
        members.to = source.at() - 1;
      }
      default -> {
        members.from = source.at();
        while (isLiteralPart(source.peek())) {
          source.take();
        }
        members.to = source.at();
        if (members.from == members.to) {
          throw source.refuse(MalformedTtlv.Reason.BAD_ENCODING, "a value is missing");
        }
      }
    }
  }

  private static boolean isLiteralPart(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  }

  private List<TextItem> children(int depth) {
    source.checkDepth(depth);
    source.expect('[');
    source.skipSpace();
    if (source.peek() == ']') {
      source.take();
      return List.of();
    }
    List<TextItem> children = new ArrayList<>();
    do {
      source.skipSpace();
      children.add(item(depth + 1));
      source.skipSpace();
    } while (more(']'));
    return children;
  }

  private TextItem finish(Members members) {
    if (members.tag == null || !members.hasValue()) {
      throw source.refuse(MalformedTtlv.Reason.BAD_ENCODING, "an item without tag or value");
    }
    int tag = source.tag(members.tag);
    TtlvType type = members.type == null ? TtlvType.STRUCTURE : source.type(members.type);
    List<TextItem> children = members.children;
    if ((type == TtlvType.STRUCTURE) != (children != null)) {
      throw source.refuse(MalformedTtlv.Reason.BAD_ENCODING, "a value of another type");
    }
    if (children != null) {
      return new TextItem(tag, type, source.at(), source.at(), children);
    }
    source.checkValue(members.from, members.to);
    return new TextItem(tag, type, members.from, members.to, List.of());
  }

  private String string() {
    int from = source.at() + 1;
    skipString();
    return unescape(source.slice(from, source.at() - 1), from);
  }

  private void skipString() {
    source.expect('"');
    for (int c = source.take(); c != '"'; c = source.take()) {
      if (c == '\\') {
        source.take();
      } else if (c >= 0 && c < ' ') {
        throw source.refuse(MalformedTtlv.Reason.BAD_ENCODING, "a control character in a string");
      }
    }
  }

  /** RFC 8259 section 7. */
  static String unescape(String raw, int offset) {
    if (raw.indexOf('\\') < 0) {
      return raw;
    }
    StringBuilder text = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      char escaped = raw.charAt(++i);
      if (escaped == 'u') {
        text.append(codeUnit(raw, i + 1, offset));
        i += 4;
      } else {
        text.append(escape(escaped, offset));
      }
    }
    requirePairs(text, offset);
    return text.toString();
  }

  private static char codeUnit(String raw, int from, int offset) {
    if (from + 4 > raw.length()) {
      throw Numbers.bad(offset, "an escape that is cut short");
    }
    int unit = 0;
    for (int i = from; i < from + 4; i++) {
      unit = unit << 4 | Numbers.digit(raw.charAt(i), offset);
    }
    return (char) unit;
  }

  private static char escape(char escaped, int offset) {
    return switch (escaped) {
      case '"', '\\', '/' -> escaped;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> throw Numbers.bad(offset, "an unknown escape");
    };
  }

  private static void requirePairs(StringBuilder text, int offset) {
    text.codePoints()
        .filter(code -> code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE)
        .findAny()
        .ifPresent(half -> {
          throw Numbers.bad(offset, "half a surrogate pair");
        });
  }
}
