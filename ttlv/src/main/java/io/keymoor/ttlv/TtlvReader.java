package io.keymoor.ttlv;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/**
 * A cursor over one message, whatever its encoding.
 *
 * <p>It stands on an item or at the end of the open structure ({@link #tag()} is {@link #END}). A
 * read takes the item's value and moves on to the next; {@link #enter} opens a structure and {@link
 * #leave} closes it. Nothing is allocated but what a read returns.
 *
 * <p>Every method throws {@link MalformedTtlv} where the message doesn't follow its encoding, its
 * limits, or the type asked for; after that the cursor can still be put behind any structure that
 * encloses it with {@link #leaveTo}, because a structure's end is known when it is entered.
 *
 * <p>Not thread-safe.
 */
public interface TtlvReader {
  /** What {@link #tag()} says at the end of a structure. */
  int END = 0;

  /**
   * Puts the cursor on another message, so that a connection needs one reader only. The array must
   * not change while it is read.
   */
  void begin(byte[] frame, int from, int to);

  /** Lets go of the message, so that a reader that waits for the next one holds no memory. */
  default void drop() {}

  /** The tag of the item under the cursor; {@link #END} at the end of the open structure. */
  int tag();

  /** The type of the item under the cursor. */
  TtlvType type();

  /** Where the cursor stands, as a byte offset; for error messages. */
  int offset();

  /**
   * How many bytes the item under the cursor takes, with header and padding; 0 where an encoding
   * does not say.
   */
  default int extent() {
    return 0;
  }

  /** How many structures are open. */
  int depth();

  /** Opens the structure under the cursor. */
  void enter();

  /** Closes the open structure, which must have been read to its end. */
  void leave();

  /**
   * Closes structures, read to their end or not, until {@code depth} are open. The way on after a
   * malformed item.
   */
  void leaveTo(int depth);

  /** Moves over the item under the cursor. */
  void skip();

  /** Reads a 32-bit integer. */
  int integer();

  /** Reads a 32-bit integer whose bits have names in XML and JSON. */
  int mask(int maskTag);

  /** Reads a 64-bit integer. */
  long longInteger();

  /** Reads an integer of any length. */
  BigInteger bigInteger();

  /**
   * Reads an integer of any length as its two's complement, big endian, into an array of the
   * caller's own, who may zero it: for private keys, which no BigInteger could erase.
   */
  byte[] bigIntegerBytes();

  /**
   * Reads an enumeration's value as an unsigned 32-bit number.
   *
   * @param enumTag the enumeration whose names apply; the item's own tag except in attribute values
   */
  int enumeration(int enumTag);

  /** Reads a boolean. */
  boolean bool();

  /** Reads a text. */
  String text();

  /** Reads a text as UTF-8 into an array of the caller's own, who may zero it: for passwords. */
  byte[] textBytes();

  /**
   * Reads a text that is expected to be one of a table's, without making a String.
   *
   * @return what the table has for it; empty, and the cursor unmoved, where it has nothing
   */
  <T> Optional<T> textIn(Lexicon<T> table);

  /** Reads bytes into an array of the caller's own, who may zero it. */
  byte[] bytes();

  /**
   * Hands bytes to {@code taker} where they stand, without a copy in between: for keys. It must not
   * keep or change the array.
   */
  default <T> T bytes(Taker<T> taker) {
    byte[] bytes = bytes();
    try {
      return taker.take(bytes, 0, bytes.length);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Takes a copy of a run of bytes. */
  @FunctionalInterface
  interface Taker<T> {
    T take(byte[] source, int from, int length);
  }

  /** Reads a time, in seconds since 1970. */
  long dateTime();

  /** Reads an interval, in seconds, 0 to 2^32-1. */
  long interval();

  /** Reads a time, in microseconds since 1970. */
  long dateTimeExtended();
}
