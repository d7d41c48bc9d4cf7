package io.keymoor.ttlv;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An item as data, for what has no type of its own: custom attributes, vendor extensions,
 * operations this library doesn't know. Immutable; {@code Bytes} hands out copies.
 */
public sealed interface Ttlv {
  /** The tag. */
  int tag();

  /** The item's type. */
  TtlvType type();

  /** The same value under another tag. */
  Ttlv withTag(int newTag);

  /** Writes the item; {@code enumTag} names the enumeration or mask of a lone value. */
  void write(TtlvWriter out, int enumTag);

  /** Writes the item. */
  default void write(TtlvWriter out) {
    write(out, tag());
  }

  /** Reads the item under the cursor, whatever it is. */
  static Ttlv read(TtlvReader in) {
    return read(in, in.tag());
  }

  /** As {@link #read(TtlvReader)}; {@code enumTag} names the enumeration of a lone value. */
  static Ttlv read(TtlvReader in, int enumTag) {
    int tag = in.tag();
    return switch (in.type()) {
      case STRUCTURE -> Structure.readFrom(in, tag);
      // Read as a mask, since XML and JSON may write names for any integer that is one.
      case INTEGER -> new Int(tag, in.mask(enumTag));
      case LONG_INTEGER -> new LongInt(tag, in.longInteger());
      case BIG_INTEGER -> new BigInt(tag, in.bigInteger());
      case ENUMERATION -> new Enumeration(tag, in.enumeration(enumTag));
      case BOOLEAN -> new Bool(tag, in.bool());
      case TEXT_STRING -> new Text(tag, in.text());
      case BYTE_STRING -> new Bytes(tag, in.bytes());
      case DATE_TIME -> new DateTime(tag, in.dateTime());
      case INTERVAL -> new Interval(tag, in.interval());
      case DATE_TIME_EXTENDED -> new DateTimeExtended(tag, in.dateTimeExtended());
    };
  }

  /** A structure. */
  record Structure(int tag, List<Ttlv> items) implements Ttlv {
    public Structure {
      items = List.copyOf(items);
    }

    private static Structure readFrom(TtlvReader in, int tag) {
      in.enter();
      List<Ttlv> items = new ArrayList<>();
      while (in.tag() != TtlvReader.END) {
        items.add(Ttlv.read(in));
      }
      in.leave();
      return new Structure(tag, items);
    }

    @Override
    public TtlvType type() {
      return TtlvType.STRUCTURE;
    }

    @Override
    public Structure withTag(int newTag) {
      return new Structure(newTag, items);
    }

    @Override
    public void write(TtlvWriter out, int enumTag) {
      out.start(tag);
      for (Ttlv item : items) {
        item.write(out);
      }
      out.end();
    }
  }

  /** A 32-bit integer. */
  record Int(int tag, int value) implements Ttlv {
    @Override
    public TtlvType type() {
      return TtlvType.INTEGER;
    }

    @Override
    public Int withTag(int newTag) {
      return new Int(newTag, value);
    }

    @Override
    public void write(TtlvWriter out, int enumTag) {
      out.integer(tag, value);
    }
  }

  /** A 64-bit integer. */
  record LongInt(int tag, long value) implements Ttlv {
    @Override
    public TtlvType type() {
      return TtlvType.LONG_INTEGER;
    }

    @Override
    public LongInt withTag(int newTag) {
      return new LongInt(newTag, value);
    }

    @Override
    public void write(TtlvWriter out, int enumTag) {
      out.longInteger(tag, value);
    }
  }

  /** An integer of any length. */
  record BigInt(int tag, BigInteger value) implements Ttlv {
    @Override
    public TtlvType type() {
      return TtlvType.BIG_INTEGER;
    }

    @Override
    public BigInt withTag(int newTag) {
      return new BigInt(newTag, value);
    }

    @Override
    public void write(TtlvWriter out, int enumTag) {
      out.bigInteger(tag, value);
    }
  }

  /** An enumeration's value. */
  record Enumeration(int tag, int value) implements Ttlv {
    @Override
    public TtlvType type() {
      return TtlvType.ENUMERATION;
    }

    @Override
    public Enumeration withTag(int newTag) {
      return new Enumeration(newTag, value);
    }

    @Override
    public void write(TtlvWriter out, int enumTag) {
      out.enumeration(tag, enumTag, value);
    }
  }

  /** A boolean. */
  record Bool(int tag, boolean value) implements Ttlv {
    @Override
    public TtlvType type() {
      return TtlvType.BOOLEAN;
    }

    @Override
    public Bool withTag(int newTag) {
      return new Bool(newTag, value);
    }

    @Override
    public void write(TtlvWriter out, int enumTag) {
      out.bool(tag, value);
    }
  }

  /** A text. */
  record Text(int tag, String value) implements Ttlv {
    @Override
    public TtlvType type() {
      return TtlvType.TEXT_STRING;
    }

    @Override
    public Text withTag(int newTag) {
      return new Text(newTag, value);
    }

    @Override
    public void write(TtlvWriter out, int enumTag) {
      out.text(tag, value);
    }
  }

  /** Bytes. */
  @SuppressWarnings("ArrayRecordComponent") // Compared and copied by hand below.
  record Bytes(int tag, byte[] value) implements Ttlv {
    public Bytes {
      value = value.clone();
    }

    @Override
    public byte[] value() {
      return value.clone();
    }

    @Override
    public TtlvType type() {
      return TtlvType.BYTE_STRING;
    }

    @Override
    public Bytes withTag(int newTag) {
      return new Bytes(newTag, value);
    }

    @Override
    public void write(TtlvWriter out, int enumTag) {
      out.bytes(tag, value);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes that && tag == that.tag && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return 31 * tag + Arrays.hashCode(value);
    }

    /** The length only: the bytes may be key material. */
    @Override
    public String toString() {
      return String.format("Bytes[tag=0x%06x, %d bytes]", tag, value.length);
    }
  }

  /** A time in seconds since 1970. */
  record DateTime(int tag, long seconds) implements Ttlv {
    @Override
    public TtlvType type() {
      return TtlvType.DATE_TIME;
    }

    @Override
    public DateTime withTag(int newTag) {
      return new DateTime(newTag, seconds);
    }

    @Override
    public void write(TtlvWriter out, int enumTag) {
      out.dateTime(tag, seconds);
    }
  }

  /** An interval in seconds. */
  record Interval(int tag, long seconds) implements Ttlv {
    @Override
    public TtlvType type() {
      return TtlvType.INTERVAL;
    }

    @Override
    public Interval withTag(int newTag) {
      return new Interval(newTag, seconds);
    }

    @Override
    public void write(TtlvWriter out, int enumTag) {
      out.interval(tag, seconds);
    }
  }

  /** A time in microseconds since 1970. */
  record DateTimeExtended(int tag, long microseconds) implements Ttlv {
    @Override
    public TtlvType type() {
      return TtlvType.DATE_TIME_EXTENDED;
    }

    @Override
    public DateTimeExtended withTag(int newTag) {
      return new DateTimeExtended(newTag, microseconds);
    }

    @Override
    public void write(TtlvWriter out, int enumTag) {
      out.dateTimeExtended(tag, microseconds);
    }
  }
}
