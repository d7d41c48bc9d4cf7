package io.keymoor.ttlv;

/** The bytes of an XML or JSON message under a parser's cursor, and what both parsers need. */
final class TextSource {
  private final byte[] bytes;
  private final int end;
  private final Limits limits;
  private final Names names;
  private int at;
  private int items;

  TextSource(byte[] bytes, int from, int to, Limits limits, Names names) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
    this.limits = limits;
    this.names = names;
    if (to - from > limits.frameBytes()) {
      throw refuse(
          MalformedTtlv.Reason.TOO_LARGE, "the message is longer than " + limits.frameBytes());
    }
  }

  int at() {
    return at;
  }

  void moveTo(int position) {
    at = position;
  }

  boolean atEnd() {
    return at >= end;
  }

  /** The byte under the cursor; 0, which neither format allows, at the end. */
  int peek() {
    return at < end ? bytes[at] : 0;
  }

  int take() {
    if (at >= end) {
      throw refuse(MalformedTtlv.Reason.TRUNCATED, "the message is cut short");
    }
    return bytes[at++];
  }

  void skipSpace() {
    while (at < end && isSpace(bytes[at])) {
      at++;
    }
  }

  static boolean isSpace(int c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  void expect(char wanted) {
    if (take() != wanted) {
      at--;
      throw refuse(MalformedTtlv.Reason.BAD_ENCODING, "'" + wanted + "' is missing");
    }
  }

  boolean startsWith(String ascii) {
    if (end - at < ascii.length()) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if (bytes[at + i] != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Moves behind the next {@code ascii}. */
  void skipPast(String ascii) {
    while (!startsWith(ascii)) {
      take();
    }
    at += ascii.length();
  }

  String slice(int from, int to) {
    return Utf8.decode(bytes, from, to - from, from);
  }

  byte[] bytes() {
    return bytes;
  }

  void countItem() {
    if (++items > limits.items()) {
      throw refuse(MalformedTtlv.Reason.TOO_LARGE, "more than " + limits.items() + " items");
    }
  }

  /** Before a parser descends: its recursion is as deep as this allows. */
  void checkDepth(int outer) {
    if (outer >= Math.min(limits.depth(), 64)) {
      throw refuse(MalformedTtlv.Reason.TOO_LARGE, "structures nested too deeply");
    }
  }

  void checkValue(int from, int to) {
    if (to - from > limits.valueBytes()) {
      throw refuse(MalformedTtlv.Reason.TOO_LARGE, "a value of " + (to - from) + " characters");
    }
  }

  /** A tag by its name or as 0x and six hex digits. */
  int tag(String text) {
    if (text.startsWith("0x") && text.length() == 8) {
      int tag = (int) Numbers.hex(text, at);
      if (tag == 0) {
        throw refuse(MalformedTtlv.Reason.BAD_ENCODING, "no such tag");
      }
      return tag;
    }
    return names
        .tag(text)
        .orElseThrow(() -> refuse(MalformedTtlv.Reason.UNKNOWN_NAME, "an unknown tag's name"));
  }

  TtlvType type(String text) {
    return TtlvType.ofLabel(text)
        .orElseThrow(() -> refuse(MalformedTtlv.Reason.BAD_ENCODING, "an unknown item type"));
  }

  MalformedTtlv refuse(MalformedTtlv.Reason reason, String sentence) {
    return new MalformedTtlv(reason, at, sentence);
  }
}
