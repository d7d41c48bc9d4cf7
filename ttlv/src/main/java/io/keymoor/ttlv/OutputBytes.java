package io.keymoor.ttlv;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing array that never leaves a copy of what it held behind. */
final class OutputBytes {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final int FIRST_CAPACITY = 512;

  private byte[] buffer = new byte[FIRST_CAPACITY];
  private int size;

  int size() {
    return size;
  }

  boolean endsWith(char ascii) {
    return size > 0 && buffer[size - 1] == ascii;
  }

  private int claim(int count) {
    int from = size;
    if (count > buffer.length - from) {
      byte[] small = buffer;
      buffer = Arrays.copyOf(small, Math.max(Math.addExact(from, count), small.length * 2));
      Arrays.fill(small, (byte) 0);
    }
    size = from + count;
    return from;
  }

  void putLong(long value) {
    int from = claim(8);
    LONG.set(buffer, from, value);
  }

  void putInt(int at, int value) {
    INT.set(buffer, at, value);
  }

  void put(byte[] value) {
    int from = claim(value.length);
    System.arraycopy(value, 0, buffer, from, value.length);
  }

  void put(int value) {
    int from = claim(1);
    buffer[from] = (byte) value;
  }

  /** Every char must be ASCII. */
  void putAscii(String text) {
    int length = text.length();
    int from = claim(length);
    for (int i = 0; i < length; i++) {
      buffer[from + i] = (byte) text.charAt(i);
    }
  }

  /** Writes the text when all of it is ASCII, and says whether it did. */
  boolean putIfAscii(String text) {
    int length = text.length();
    int from = claim(length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        size = from;
        return false;
      }
      buffer[from + i] = (byte) c;
    }
    return true;
  }

  void putHex(byte[] value) {
    int from = claim(value.length * 2);
    for (byte b : value) {
      buffer[from++] = (byte) Character.forDigit((b >> 4) & 15, 16);
      buffer[from++] = (byte) Character.forDigit(b & 15, 16);
    }
  }

  void putZeros(int count) {
    int from = claim(count);
    Arrays.fill(buffer, from, from + count, (byte) 0);
  }

  void truncate(int newSize) {
    Arrays.fill(buffer, newSize, size, (byte) 0);
    size = newSize;
  }

  void reset() {
    truncate(0);
  }

  byte[] toByteArray() {
    return Arrays.copyOf(buffer, size);
  }

  <E extends Exception> void writeTo(TtlvWriter.Sink<E> sink) throws E {
    sink.accept(buffer, 0, size);
  }
}
