package io.keymoor.ttlv;

/** Writes JSON as drawn at {@link JsonParser}, without white space. */
final class JsonWriter extends TextWriter {
  JsonWriter(Names names) {
    super(names);
  }

  private void open(int tag) {
    if (out.endsWith('}')) {
      out.put(',');
    }
    out.putAscii("{\"tag\":\"");
    out.putAscii(names.tagName(tag).orElseGet(() -> String.format("0x%06x", tag)));
    out.put('"');
  }

  @Override
  void begin(int tag, TtlvType type, boolean quoted) {
    open(tag);
    out.putAscii(",\"type\":\"");
    out.putAscii(type.label());
    out.putAscii(quoted ? "\",\"value\":\"" : "\",\"value\":");
  }

  @Override
  void finish(boolean quoted) {
    out.putAscii(quoted ? "\"}" : "}");
  }

  @Override
  void openStructure(int tag) {
    open(tag);
    out.putAscii(",\"value\":[");
  }

  @Override
  void closeStructure(int tag) {
    out.putAscii("]}");
  }

  @Override
  char maskSeparator() {
    return '|';
  }

  @Override
  void bigPrefix() {
    out.putAscii("0x");
  }

  @Override
  void escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        escaped.append('\\').append(c);
      } else if (c < ' ') {
        escaped.append(String.format("\\u%04x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    out.put(Utf8.encode(escaped.toString()));
  }
}
