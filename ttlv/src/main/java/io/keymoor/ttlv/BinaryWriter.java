package io.keymoor.ttlv;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Writes binary TTLV as drawn at {@link BinaryReader}. A structure's length is filled in when it
 * closes.
 */
final class BinaryWriter implements TtlvWriter {
  private final OutputBytes out = new OutputBytes();
  private int[] starts = new int[16];
  private int depth;

  private void header(int tag, TtlvType type, int length) {
    out.putLong(((long) tag << 40) | ((long) type.code() << 32) | Integer.toUnsignedLong(length));
  }

  @Override
  public void start(int tag) {
    if (depth == starts.length) {
      starts = Arrays.copyOf(starts, depth * 2);
    }
    header(tag, TtlvType.STRUCTURE, 0);
    starts[depth++] = out.size();
  }

  @Override
  public void end() {
    int start = starts[--depth];
    out.putInt(start - 4, out.size() - start);
  }

  @Override
  public void integer(int tag, int value) {
    header(tag, TtlvType.INTEGER, 4);
    out.putLong((long) value << 32);
  }

  @Override
  public void mask(int tag, int maskTag, int value) {
    integer(tag, value);
  }

  @Override
  public void longInteger(int tag, long value) {
    header(tag, TtlvType.LONG_INTEGER, 8);
    out.putLong(value);
  }

  @Override
  public void bigInteger(int tag, BigInteger value) {
    bigInteger(tag, value.toByteArray());
  }

  @Override
  public void bigInteger(int tag, byte[] twosComplement) {
    int padding = -twosComplement.length & 7;
    header(tag, TtlvType.BIG_INTEGER, twosComplement.length + padding);
    for (int i = 0; i < padding; i++) {
      out.put(twosComplement[0] < 0 ? 0xff : 0);
    }
    out.put(twosComplement);
  }

  @Override
  public void enumeration(int tag, int enumTag, int value) {
    header(tag, TtlvType.ENUMERATION, 4);
    out.putLong((long) value << 32);
  }

  @Override
  public void bool(int tag, boolean value) {
    header(tag, TtlvType.BOOLEAN, 8);
    out.putLong(value ? 1 : 0);
  }

  @Override
  public void text(int tag, String value) {
    int at = out.size();
    header(tag, TtlvType.TEXT_STRING, value.length());
    if (out.putIfAscii(value)) {
      out.putZeros(-value.length() & 7);
      return;
    }
    out.truncate(at);
    variable(tag, TtlvType.TEXT_STRING, Utf8.encode(value));
  }

  @Override
  public void text(int tag, byte[] utf8) {
    variable(tag, TtlvType.TEXT_STRING, utf8);
  }

  @Override
  public void bytes(int tag, byte[] value) {
    variable(tag, TtlvType.BYTE_STRING, value);
  }

  private void variable(int tag, TtlvType type, byte[] value) {
    header(tag, type, value.length);
    out.put(value);
    out.putZeros(-value.length & 7);
  }

  @Override
  public void dateTime(int tag, long seconds) {
    header(tag, TtlvType.DATE_TIME, 8);
    out.putLong(seconds);
  }

  @Override
  public void interval(int tag, long seconds) {
    if (seconds < 0 || seconds > 0xffff_ffffL) {
      throw new IllegalArgumentException("an interval is 0 to 2^32-1 seconds, not " + seconds);
    }
    header(tag, TtlvType.INTERVAL, 4);
    out.putLong(seconds << 32);
  }

  @Override
  public void dateTimeExtended(int tag, long microseconds) {
    header(tag, TtlvType.DATE_TIME_EXTENDED, 8);
    out.putLong(microseconds);
  }

  @Override
  public int size() {
    return out.size();
  }

  @Override
  public void truncate(int size) {
    out.truncate(size);
    while (depth > 0 && starts[depth - 1] > size) {
      depth--;
    }
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
