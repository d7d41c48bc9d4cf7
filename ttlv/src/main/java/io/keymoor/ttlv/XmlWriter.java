package io.keymoor.ttlv;

/** Writes XML as drawn at {@link XmlParser}, without white space. */
final class XmlWriter extends TextWriter {
  XmlWriter(Names names) {
    super(names);
  }

  private String element(int tag) {
    return names.tagName(tag).orElse("TTLV");
  }

  private void open(int tag) {
    String name = element(tag);
    out.put('<');
    out.putAscii(name);
    if (name.equals("TTLV")) {
      out.putAscii(String.format(" tag=\"0x%06x\"", tag));
    }
  }

  @Override
  void begin(int tag, TtlvType type, boolean quoted) {
    open(tag);
    out.putAscii(" type=\"");
    out.putAscii(type.label());
    out.putAscii("\" value=\"");
  }

  @Override
  void finish(boolean quoted) {
    out.putAscii("\"/>");
  }

  @Override
  void openStructure(int tag) {
    open(tag);
    out.put('>');
  }

  @Override
  void closeStructure(int tag) {
    out.putAscii("</");
    out.putAscii(element(tag));
    out.put('>');
  }

  @Override
  char maskSeparator() {
    return ' ';
  }

  @Override
  void bigPrefix() {
    // XML writes the digits alone.
  }

  @Override
  void escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    text.codePoints().forEach(code -> escape(escaped, code));
    out.put(Utf8.encode(escaped.toString()));
  }

  private static void escape(StringBuilder escaped, int code) {
    switch (code) {
      case '&' -> escaped.append("&amp;");
      case '<' -> escaped.append("&lt;");
      case '>' -> escaped.append("&gt;");
      case '"' -> escaped.append("&quot;");
      case '\t', '\n', '\r' -> escaped.append("&#").append(code).append(';');
      default -> {
        if (!XmlParser.isCharacter(code)) {
          throw new MalformedTtlv(
              MalformedTtlv.Reason.UNREPRESENTABLE, 0, "a text that XML can't express");
        }
        escaped.appendCodePoint(code);
      }
    }
  }
}
