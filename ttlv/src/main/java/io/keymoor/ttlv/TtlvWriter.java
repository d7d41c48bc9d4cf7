package io.keymoor.ttlv;

import java.math.BigInteger;

/**
 * Builds one message, whatever its encoding.
 *
 * <p>Not thread-safe. A writer may be used again after {@link #reset}, which zeroes what it held:
 * messages carry keys.
 */
public interface TtlvWriter extends AutoCloseable {
  /** Opens a structure. */
  void start(int tag);

  /** Closes the structure opened last. */
  void end();

  /** Writes a 32-bit integer. */
  void integer(int tag, int value);

  /** Writes a 32-bit integer whose bits have names in XML and JSON. */
  void mask(int tag, int maskTag, int value);

  /** Writes a 64-bit integer. */
  void longInteger(int tag, long value);

  /** Writes an integer of any length. */
  void bigInteger(int tag, BigInteger value);

  /** Writes an integer given as two's complement, big endian; the array stays the caller's. */
  void bigInteger(int tag, byte[] twosComplement);

  /** Writes an enumeration's value; {@code enumTag} says whose names apply. */
  void enumeration(int tag, int enumTag, int value);

  /** Writes a boolean. */
  void bool(int tag, boolean value);

  /** Writes a text. */
  void text(int tag, String value);

  /** Writes a text given as valid UTF-8; the array stays the caller's. */
  void text(int tag, byte[] utf8);

  /** Writes bytes; the array stays the caller's. */
  void bytes(int tag, byte[] value);

  /** Writes a time in seconds since 1970. */
  void dateTime(int tag, long seconds);

  /** Writes an interval in seconds, 0 to 2^32-1. */
  void interval(int tag, long seconds);

  /** Writes a time in microseconds since 1970. */
  void dateTimeExtended(int tag, long microseconds);

  /** The bytes written so far; for a limit on the size of an answer. */
  int size();

  /** Forgets, and zeroes, what was written after {@link #size} was {@code size}. */
  void truncate(int size);

  /** A copy of the message, all structures being closed. */
  byte[] toByteArray();

  /** Hands the message over without a copy, all structures being closed. */
  <E extends Exception> void writeTo(Sink<E> sink) throws E;

  /** Zeroes the message and begins again. */
  void reset();

  /** Zeroes the message. */
  @Override
  default void close() {
    reset();
  }

  /** Takes a run of bytes that must not be kept. */
  @FunctionalInterface
  interface Sink<E extends Exception> {
    void accept(byte[] buffer, int offset, int length) throws E;
  }
}
