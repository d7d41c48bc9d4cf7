package io.keymoor.ttlv;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a parsed XML or JSON message. */
final class TextReader implements TtlvReader {
  /** Undoes the escapes of one of the two formats. */
  interface Unescape {
    String apply(String raw, int offset);
  }

  /** Takes a message apart. */
  interface Parse {
    TextItem parse(byte[] source, int from, int to);
  }

  private record Open(List<TextItem> items, int next) {}

  private final Parse parse;
  private final Names names;
  private final Unescape unescape;
  private final List<Open> stack = new ArrayList<>();
  private byte[] source;
  private List<TextItem> items;
  private int next;

  TextReader(byte[] source, int from, int to, Parse parse, Names names, Unescape unescape) {
    this.parse = parse;
    this.names = names;
    this.unescape = unescape;
    this.source = source;
    this.items = List.of(parse.parse(source, from, to));
  }

  @Override
  public void begin(byte[] message, int from, int to) {
    source = message;
    items = List.of(parse.parse(message, from, to));
    stack.clear();
    next = 0;
  }

  private TextItem item(TtlvType wanted) {
    if (next >= items.size()) {
      throw new MalformedTtlv(
          MalformedTtlv.Reason.WRONG_TYPE,
          offset(),
          "the structure ends where " + wanted.label() + " is needed");
    }
    TextItem item = items.get(next);
    if (item.type() != wanted) {
      throw new MalformedTtlv(
          MalformedTtlv.Reason.WRONG_TYPE,
          offset(),
          item.type().label() + " where " + wanted.label() + " is needed");
    }
    return item;
  }

  private String value(TtlvType wanted) {
    TextItem item = item(wanted);
    String raw = Utf8.decode(source, item.from(), item.to() - item.from(), item.from());
    return unescape.apply(raw, item.from());
  }

  @Override
  public int tag() {
    return next < items.size() ? items.get(next).tag() : END;
  }

  @Override
  public TtlvType type() {
    if (next >= items.size()) {
      throw new MalformedTtlv(MalformedTtlv.Reason.TRUNCATED, offset(), "the structure ends here");
    }
    return items.get(next).type();
  }

  @Override
  public int offset() {
    return items.isEmpty() ? 0 : items.get(Math.min(next, items.size() - 1)).from();
  }

  @Override
  public int depth() {
    return stack.size();
  }

  @Override
  public void enter() {
    TextItem structure = item(TtlvType.STRUCTURE);
    stack.add(new Open(items, next));
    items = structure.children();
    next = 0;
  }

  @Override
  public void leave() {
    if (tag() != END) {
      throw new MalformedTtlv(
          MalformedTtlv.Reason.UNEXPECTED_TAG, offset(), BinaryReader.unexpected(tag()));
    }
    leaveTo(depth() - 1);
  }

  @Override
  public void leaveTo(int target) {
    if (target < 0 || target > depth()) {
      throw new IllegalArgumentException("no such depth: " + target);
    }
    while (depth() > target) {
      Open outer = stack.removeLast();
      items = outer.items();
      next = outer.next() + 1;
    }
  }

  @Override
  public void skip() {
    type();
    next++;
  }

  @Override
  public int integer() {
    return integer(value(TtlvType.INTEGER));
  }

  private int integer(String text) {
    int value = (int) Numbers.number(text, Integer.MIN_VALUE, Integer.MAX_VALUE, 8, offset());
    next++;
    return value;
  }

  @Override
  public int mask(int maskTag) {
    String text = value(TtlvType.INTEGER);
    if (text.isEmpty() || text.charAt(0) == '-' || Character.isDigit(text.charAt(0))) {
      if (text.indexOf(' ') < 0 && text.indexOf('|') < 0) {
        return text.isEmpty() ? bits(maskTag, text) : integer(text);
      }
    }
    return bits(maskTag, text);
  }

  /** XML separates names by spaces, JSON by bars; a bit without a name stands as a number. */
  private int bits(int maskTag, String text) {
    int mask = 0;
    int from = 0;
    while (from < text.length()) {
      int to = from;
      while (to < text.length() && text.charAt(to) != ' ' && text.charAt(to) != '|') {
        to++;
      }
      if (to > from) {
        mask |= bit(maskTag, text.substring(from, to));
      }
      from = to + 1;
    }
    next++;
    return mask;
  }

  private int bit(int maskTag, String name) {
    return Numbers.isHex(name)
        ? (int) Numbers.number(name, 0, 0, 8, offset())
        : names.value(maskTag, name).orElseThrow(() -> unknownName("a mask"));
  }

  private MalformedTtlv unknownName(String kind) {
    return new MalformedTtlv(
        MalformedTtlv.Reason.UNKNOWN_NAME, offset(), "an unknown name in " + kind);
  }

  @Override
  public long longInteger() {
    long value =
        Numbers.number(value(TtlvType.LONG_INTEGER), Long.MIN_VALUE, Long.MAX_VALUE, 16, offset());
    next++;
    return value;
  }

  @Override
  public BigInteger bigInteger() {
    return new BigInteger(bigIntegerBytes());
  }

  @Override
  public byte[] bigIntegerBytes() {
    TextItem item = item(TtlvType.BIG_INTEGER);
    int from = item.from();
    if (item.to() - from > 2 && source[from] == '0' && source[from + 1] == 'x') {
      from += 2;
    }
    byte[] value = hex(from, item.to());
    if (value.length == 0) {
      throw Numbers.bad(from, "BigInteger without digits");
    }
    next++;
    return value;
  }

  @Override
  public int enumeration(int enumTag) {
    String text = value(TtlvType.ENUMERATION);
    int value;
    if (!text.isEmpty() && Character.isDigit(text.charAt(0))) {
      value = (int) Numbers.number(text, 0, 0xffff_ffffL, 8, offset());
    } else {
      value = names.value(enumTag, text).orElseThrow(() -> unknownName("an enumeration"));
    }
    next++;
    return value;
  }

  @Override
  public boolean bool() {
    String text = value(TtlvType.BOOLEAN);
    boolean value =
        switch (text) {
          case "true", "1" -> true;
          case "false", "0" -> false;
          case String hex when Numbers.isHex(hex) ->
              switch ((int) Numbers.number(hex, 0, 1, 16, offset())) {
                case 0 -> false;
                case 1 -> true;
                default -> throw Numbers.bad(offset(), "a boolean that is neither 0 nor 1");
              };
          default -> throw Numbers.bad(offset(), "a boolean that is neither true nor false");
        };
    next++;
    return value;
  }

  @Override
  public String text() {
    String value = value(TtlvType.TEXT_STRING);
    next++;
    return value;
  }

  @Override
  public byte[] textBytes() {
    return text().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public <T> Optional<T> textIn(Lexicon<T> table) {
    Optional<T> found = table.find(value(TtlvType.TEXT_STRING));
    if (found.isPresent()) {
      next++;
    }
    return found;
  }

  @Override
  public byte[] bytes() {
    TextItem item = item(TtlvType.BYTE_STRING);
    byte[] value = hex(item.from(), item.to());
    next++;
    return value;
  }

  /** Digit by digit out of the message, so that no String ever holds a key. */
  private byte[] hex(int from, int to) {
    if (((to - from) & 1) != 0) {
      throw Numbers.bad(from, "an odd number of hexadecimal digits");
    }
    byte[] value = new byte[(to - from) / 2];
    for (int i = 0; i < value.length; i++) {
      int high = Numbers.digit(source[from + 2 * i] & 0xff, from);
      int low = Numbers.digit(source[from + 2 * i + 1] & 0xff, from);
      value[i] = (byte) (high << 4 | low);
    }
    return value;
  }

  @Override
  public long dateTime() {
    long value = Numbers.seconds(value(TtlvType.DATE_TIME), offset());
    next++;
    return value;
  }

  @Override
  public long interval() {
    long value = Numbers.number(value(TtlvType.INTERVAL), 0, 0xffff_ffffL, 8, offset());
    next++;
    return value;
  }

  @Override
  public long dateTimeExtended() {
    long value =
        Numbers.number(
            value(TtlvType.DATE_TIME_EXTENDED), Long.MIN_VALUE, Long.MAX_VALUE, 16, offset());
    next++;
    return value;
  }
}
