package io.keymoor.ttlv;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The XML that KMIP uses (KMIP Profiles, XML encoding): elements with {@code type} and {@code
 * value} attributes, comments and white space; nothing else.
 *
 * <pre>
 *  message := ('&lt;?' … '?&gt;' | comment | space)* element (comment | space)*
 *  element := '&lt;' name attribute* ('/&gt;' | '&gt;' (element | comment | space)* '&lt;/' name '&gt;')
 *  name    := a tag's name, or TTLV with its number in the attribute "tag"
 * </pre>
 *
 * <p>Document types and thereby entity definitions, external or not, are refused: they are how XML
 * parsers are made to read files and to fill memory.
 */
final class XmlParser {
  private final TextSource source;

  private XmlParser(TextSource source) {
    this.source = source;
  }

  static TextItem parse(TextSource source) {
    XmlParser parser = new XmlParser(source);
    parser.skipMisc(true);
    TextItem root = parser.element(0);
    parser.skipMisc(false);
    if (!source.atEnd()) {
      throw source.refuse(MalformedTtlv.Reason.BAD_ENCODING, "data behind the message");
    }
    return root;
  }

  private void skipMisc(boolean prolog) {
    while (true) {
      source.skipSpace();
      if (source.startsWith("<!--")) {
        source.skipPast("-->");
      } else if (prolog && source.startsWith("<?")) {
        source.skipPast("?>");
      } else {
        return;
      }
    }
  }

  private TextItem element(int depth) {
    source.expect('<');
    source.countItem();
    String name = name();
    Attributes attributes = attributes();
    int tag = source.tag(attributes.tag != null ? attributes.tag : localPart(name));
    TtlvType type = attributes.type == null ? TtlvType.STRUCTURE : source.type(attributes.type);
    source.checkDepth(type == TtlvType.STRUCTURE ? depth : depth - 1);
    boolean empty = source.peek() == '/';
    if (empty) {
      source.take();
    }
    source.expect('>');
    List<TextItem> children = empty ? List.of() : children(name, depth);
    if (type == TtlvType.STRUCTURE) {
      return new TextItem(tag, type, source.at(), source.at(), children);
    }
    if (!children.isEmpty() || attributes.valueFrom < 0) {
      throw source.refuse(MalformedTtlv.Reason.BAD_ENCODING, "an element without a value");
    }
    source.checkValue(attributes.valueFrom, attributes.valueTo);
    return new TextItem(tag, type, attributes.valueFrom, attributes.valueTo, List.of());
  }

  private List<TextItem> children(String name, int depth) {
    List<TextItem> children = new ArrayList<>();
    while (true) {
      skipMisc(false);
      if (source.startsWith("</")) {
        source.moveTo(source.at() + 2);
        if (!name().equals(name)) {
          throw source.refuse(MalformedTtlv.Reason.BAD_ENCODING, "tags that don't match");
        }
        source.skipSpace();
        source.expect('>');
        return children;
      }
      children.add(element(depth + 1));
    }
  }

  private static final class Attributes {
    private @Nullable String tag;
    private @Nullable String type;
    private int valueFrom = -1;
    private int valueTo = -1;
  }

  private Attributes attributes() {
    Attributes attributes = new Attributes();
    while (true) {
      source.skipSpace();
      if (source.peek() == '/' || source.peek() == '>') {
        return attributes;
      }
      String name = name();
      source.skipSpace();
      source.expect('=');
      source.skipSpace();
      int quote = source.take();
      if (quote != '"' && quote != '\'') {
        throw source.refuse(MalformedTtlv.Reason.BAD_ENCODING, "a quotation mark is missing");
      }
      int from = source.at();
      for (int c = source.take(); c != quote; c = source.take()) {
        if (c == '<') {
          throw source.refuse(MalformedTtlv.Reason.BAD_ENCODING, "'<' inside a value");
        }
      }
      keep(attributes, name, from, source.at() - 1);
    }
  }

  private void keep(Attributes attributes, String name, int from, int to) {
    switch (name) {
      case "tag" -> attributes.tag = once(attributes.tag, source.slice(from, to));
      case "type" -> attributes.type = once(attributes.type, source.slice(from, to));
      case "value" -> {
        if (attributes.valueFrom >= 0) {
          throw source.refuse(MalformedTtlv.Reason.BAD_ENCODING, "an attribute given twice");
        }
        attributes.valueFrom = from;
        attributes.valueTo = to;
      }
      // "name" may accompany a numeric tag; namespaces and schema hints carry no data.
      case String other when isHarmless(other) -> {}
      default -> throw source.refuse(MalformedTtlv.Reason.BAD_ENCODING, "an unknown attribute");
    }
  }

  private static boolean isHarmless(String name) {
    return name.equals("name")
        || name.equals("xmlns")
        || name.startsWith("xmlns:")
        || name.startsWith("xsi:");
  }

  private String once(@Nullable String before, String now) {
    if (before != null) {
      throw source.refuse(MalformedTtlv.Reason.BAD_ENCODING, "an attribute given twice");
    }
    return now;
  }

  private String name() {
    int from = source.at();
    while (isNamePart(source.peek())) {
      source.take();
    }
    if (source.at() == from) {
      throw source.refuse(MalformedTtlv.Reason.BAD_ENCODING, "a name is missing");
    }
    return source.slice(from, source.at());
  }

  private static boolean isNamePart(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-'
        || c == '.'
        || c == ':';
  }

  private static String localPart(String name) {
    return name.substring(name.indexOf(':') + 1);
  }

  /** Replaces the five named entities and character references; others don't exist here. */
  static String unescape(String raw, int offset) {
    if (raw.indexOf('&') < 0 && raw.chars().noneMatch(c -> c < ' ')) {
      return raw;
    }
    StringBuilder text = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '&') {
        int semicolon = raw.indexOf(';', i);
        if (semicolon < 0) {
          throw Numbers.bad(offset, "'&' that begins no reference");
        }
        text.appendCodePoint(reference(raw.substring(i + 1, semicolon), offset));
        i = semicolon;
      } else {
        // XML 1.0 section 3.3.3: literal line ends and tabs in an attribute are spaces.
        text.append(TextSource.isSpace(c) ? ' ' : requireCharacter(c, offset));
      }
    }
    return text.toString();
  }

  private static int reference(String name, int offset) {
    return switch (name) {
      case "amp" -> '&';
      case "lt" -> '<';
      case "gt" -> '>';
      case "quot" -> '"';
      case "apos" -> '\'';
      case String number when number.startsWith("#") -> character(number, offset);
      default -> throw Numbers.bad(offset, "an unknown entity");
    };
  }

  private static int character(String reference, int offset) {
    boolean hex = reference.startsWith("#x");
    try {
      int code = Integer.parseInt(reference.substring(hex ? 2 : 1), hex ? 16 : 10);
      if (isCharacter(code)) {
        return code;
      }
    } catch (NumberFormatException e) {
      throw Numbers.bad(offset, "a character reference that is no number");
    }
    throw Numbers.bad(offset, "a character that XML doesn't allow");
  }

  private static char requireCharacter(char c, int offset) {
    if (!isCharacter(c) && !Character.isSurrogate(c)) {
      throw Numbers.bad(offset, "a character that XML doesn't allow");
    }
    return c;
  }

  /** XML 1.0 section 2.2. */
  static boolean isCharacter(int code) {
    return code == '\t'
        || code == '\n'
        || code == '\r'
        || (code >= ' ' && code <= 0xd7ff)
        || (code >= 0xe000 && code <= 0xfffd)
        || (code >= 0x10000 && code <= 0x10ffff);
  }
}
