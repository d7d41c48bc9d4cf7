package io.keymoor.ttlv;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What the XML and the JSON writer have in common: numbers, names, the buffer. */
abstract sealed class TextWriter implements TtlvWriter permits XmlWriter, JsonWriter {
  final OutputBytes out = new OutputBytes();
  final Names names;
  private int[] open = new int[16];
  private int depth;

  TextWriter(Names names) {
    this.names = names;
  }

  /** Opens an item that is no structure, up to where its value begins. */
  abstract void begin(int tag, TtlvType type, boolean quoted);

  /** Closes an item that is no structure. */
  abstract void finish(boolean quoted);

  abstract void openStructure(int tag);

  abstract void closeStructure(int tag);

  abstract void escaped(String text);

  abstract char maskSeparator();

  private void value(int tag, TtlvType type, String ascii, boolean quoted) {
    begin(tag, type, quoted);
    out.putAscii(ascii);
    finish(quoted);
  }

  @Override
  public void start(int tag) {
    if (depth == open.length) {
      open = Arrays.copyOf(open, depth * 2);
    }
    openStructure(tag);
    open[depth++] = tag;
  }

  @Override
  public void end() {
    closeStructure(open[--depth]);
  }

  @Override
  public void integer(int tag, int value) {
    value(tag, TtlvType.INTEGER, Integer.toString(value), false);
  }

  @Override
  public void mask(int tag, int maskTag, int value) {
    StringBuilder text = new StringBuilder();
    for (int bit = 0; bit < 32; bit++) {
      if ((value & (1 << bit)) != 0) {
        int single = 1 << bit;
        text.append(text.isEmpty() ? "" : maskSeparator())
            .append(names.valueName(maskTag, single).orElseGet(() -> Numbers.hex32(single)));
      }
    }
    if (text.isEmpty()) {
      integer(tag, 0);
    } else {
      value(tag, TtlvType.INTEGER, text.toString(), true);
    }
  }

  @Override
  public void longInteger(int tag, long value) {
    // JSON numbers lose digits beyond 2^53 in many parsers.
    boolean plain = Math.abs(value) < 1L << 52 && value != Long.MIN_VALUE;
    value(
        tag,
        TtlvType.LONG_INTEGER,
        plain || this instanceof XmlWriter ? Long.toString(value) : Numbers.hex64(value),
        !plain);
  }

  @Override
  public void bigInteger(int tag, BigInteger value) {
    bigInteger(tag, value.toByteArray());
  }

  @Override
  public void bigInteger(int tag, byte[] twosComplement) {
    begin(tag, TtlvType.BIG_INTEGER, true);
    bigPrefix();
    for (int i = 0; i < (-twosComplement.length & 7); i++) {
      out.putAscii(twosComplement[0] < 0 ? "ff" : "00");
    }
    out.putHex(twosComplement);
    finish(true);
  }

  abstract void bigPrefix();

  @Override
  public void enumeration(int tag, int enumTag, int value) {
    value(
        tag,
        TtlvType.ENUMERATION,
        names.valueName(enumTag, value).orElseGet(() -> Numbers.hex32(value)),
        true);
  }

  @Override
  public void bool(int tag, boolean value) {
    value(tag, TtlvType.BOOLEAN, value ? "true" : "false", false);
  }

  @Override
  public void text(int tag, String value) {
    begin(tag, TtlvType.TEXT_STRING, true);
    escaped(value);
    finish(true);
  }

  @Override
  public void text(int tag, byte[] utf8) {
    text(tag, new String(utf8, StandardCharsets.UTF_8));
  }

  @Override
  public void bytes(int tag, byte[] value) {
    begin(tag, TtlvType.BYTE_STRING, true);
    out.putHex(value);
    finish(true);
  }

  @Override
  public void dateTime(int tag, long seconds) {
    value(tag, TtlvType.DATE_TIME, Numbers.time(seconds), true);
  }

  @Override
  public void interval(int tag, long seconds) {
    if (seconds < 0 || seconds > 0xffff_ffffL) {
      throw new IllegalArgumentException("an interval is 0 to 2^32-1 seconds, not " + seconds);
    }
    value(tag, TtlvType.INTERVAL, Long.toString(seconds), false);
  }

  @Override
  public void dateTimeExtended(int tag, long microseconds) {
    value(tag, TtlvType.DATE_TIME_EXTENDED, Numbers.hex64(microseconds), true);
  }

  @Override
  public int size() {
    return out.size();
  }

  /** Only structures opened and closed since then are forgotten, so the open ones stay. */
  @Override
  public void truncate(int size) {
    out.truncate(size);
  }

  @Override
  public byte[] toByteArray() {
    requireClosed();
    return out.toByteArray();
  }

  @Override
  public <E extends Exception> void writeTo(Sink<E> sink) throws E {
    requireClosed();
    out.writeTo(sink);
  }

  private void requireClosed() {
    if (depth != 0) {
      throw new IllegalStateException(depth + " structures are still open");
    }
  }

  @Override
  public void reset() {
    out.reset();
    depth = 0;
  }
}
