package io.keymoor.ttlv;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads binary TTLV (KMIP 1.4 section 9.1), one pass over one array.
 *
 * <pre>
 *  0        3      4        8                      8+L     8+L+P
 *  | tag    | type | length | value                | zeros |
 *  | 24 bit | 8    | 32 bit | L bytes              | P     |   P brings the item to a multiple of 8
 * </pre>
 *
 * <p>A structure's value is its items, one after another. An item's header is checked when the
 * cursor reaches it: known type, the length its type needs, an end within the structure around it,
 * zero padding.
 */
final class BinaryReader implements TtlvReader {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final int HEADER = 8;
  private static final byte[] NOTHING = new byte[0];

  private final Limits limits;
  private final int[] ends;
  private byte[] frame;
  private int depth;
  private int end;
  private int at;
  private int items;
  private int tag;
  private int typeCode;
  private int length;
  private boolean broken;

  BinaryReader(byte[] frame, int from, int to, Limits limits) {
    this.frame = frame;
    this.limits = limits;
    this.ends = new int[Math.min(limits.depth(), 64) + 1];
    begin(frame, from, to);
  }

  @Override
  public void begin(byte[] message, int from, int to) {
    frame = message;
    at = from;
    end = to;
    depth = 0;
    items = 0;
    if (to - from > limits.frameBytes()) {
      throw refuse(
          MalformedTtlv.Reason.TOO_LARGE, "the message is longer than " + limits.frameBytes());
    }
    load();
  }

  @Override
  public void drop() {
    begin(NOTHING, 0, 0);
  }

  /** Takes the header under the cursor apart, or notes that the structure ends here. */
  private void load() {
    broken = false;
    if (at == end) {
      tag = END;
      typeCode = 0;
      length = 0;
      return;
    }
    // Until the header is checked: its length must not move the cursor, least of all backwards.
    broken = true;
    if (end - at < HEADER) {
      throw refuse(MalformedTtlv.Reason.TRUNCATED, "an item's header is cut short");
    }
    long header = (long) LONG.get(frame, at);
    tag = (int) (header >>> 40);
    typeCode = (int) (header >>> 32) & 0xff;
    length = (int) header;
    check();
    broken = false;
  }

  private void check() {
    if (++items > limits.items()) {
      throw refuse(MalformedTtlv.Reason.TOO_LARGE, "more than " + limits.items() + " items");
    }
    if (tag == END || !TtlvType.isKnown(typeCode)) {
      throw refuse(MalformedTtlv.Reason.BAD_ENCODING, "no such tag or type");
    }
    if (length < 0 || length > end - at - HEADER) {
      throw refuse(
          MalformedTtlv.Reason.TRUNCATED, "an item reaches beyond the structure around it");
    }
    TtlvType type = TtlvType.known(typeCode);
    int fixed = type.fixedLength();
    if (fixed >= 0 && length != fixed) {
      throw refuse(
          MalformedTtlv.Reason.BAD_ENCODING, type.label() + " of " + length + " value bytes");
    }
    if (type != TtlvType.STRUCTURE && length > limits.valueBytes()) {
      throw refuse(MalformedTtlv.Reason.TOO_LARGE, "a value of " + length + " bytes");
    }
    if ((type == TtlvType.STRUCTURE || type == TtlvType.BIG_INTEGER) && (length & 7) != 0) {
      throw refuse(MalformedTtlv.Reason.BAD_ENCODING, type.label() + " of uneven length");
    }
    checkPadding();
  }

  /** Padding that may hold anything would let two different messages mean, and sign, the same. */
  private void checkPadding() {
    int padding = -length & 7;
    if (padding == 0) {
      return;
    }
    int from = at + HEADER + length;
    if (padding > end - from) {
      throw refuse(MalformedTtlv.Reason.TRUNCATED, "an item's padding is cut short");
    }
    for (int i = from; i < from + padding; i++) {
      if (frame[i] != 0) {
        throw refuse(MalformedTtlv.Reason.BAD_ENCODING, "padding that is not zero");
      }
    }
  }

  private void next() {
    at += HEADER + length + (-length & 7);
    load();
  }

  private void requireSound() {
    if (broken) {
      throw refuse(MalformedTtlv.Reason.BAD_ENCODING, "nothing can be read behind a broken item");
    }
  }

  private int value(TtlvType type) {
    requireSound();
    if (typeCode != type.code()) {
      throw refuse(
          MalformedTtlv.Reason.WRONG_TYPE,
          tag == END
              ? "the structure ends where " + type.label() + " is needed"
              : TtlvType.known(typeCode).label() + " where " + type.label() + " is needed");
    }
    return at + HEADER;
  }

  private MalformedTtlv refuse(MalformedTtlv.Reason reason, String sentence) {
    return new MalformedTtlv(reason, at, sentence);
  }

  @Override
  public int tag() {
    return tag;
  }

  @Override
  public TtlvType type() {
    if (tag == END) {
      throw refuse(MalformedTtlv.Reason.TRUNCATED, "the structure ends here");
    }
    return TtlvType.known(typeCode);
  }

  @Override
  public int offset() {
    return at;
  }

  @Override
  public int extent() {
    requireSound();
    return tag == END ? 0 : HEADER + length + (-length & 7);
  }

  @Override
  public int depth() {
    return depth;
  }

  @Override
  public void enter() {
    int from = value(TtlvType.STRUCTURE);
    if (depth >= limits.depth() || depth >= ends.length) {
      throw refuse(MalformedTtlv.Reason.TOO_LARGE, "structures nested too deeply");
    }
    ends[depth++] = end;
    end = from + length;
    at = from;
    load();
  }

  @Override
  public void leave() {
    if (tag != END) {
      throw refuse(MalformedTtlv.Reason.UNEXPECTED_TAG, unexpected(tag));
    }
    leaveTo(depth - 1);
  }

  static String unexpected(int tag) {
    return String.format("no item 0x%06x is expected here", tag);
  }

  @Override
  public void leaveTo(int target) {
    if (target < 0 || target > depth) {
      throw new IllegalArgumentException("no such depth: " + target);
    }
    if (target == depth) {
      return;
    }
    while (depth > target) {
      at = end;
      end = ends[--depth];
    }
    load();
  }

  @Override
  public void skip() {
    requireSound();
    if (tag == END) {
      throw refuse(MalformedTtlv.Reason.TRUNCATED, "the structure ends here");
    }
    next();
  }

  @Override
  public int integer() {
    int value = (int) INT.get(frame, value(TtlvType.INTEGER));
    next();
    return value;
  }

  @Override
  public int mask(int maskTag) {
    return integer();
  }

  @Override
  public long longInteger() {
    long value = (long) LONG.get(frame, value(TtlvType.LONG_INTEGER));
    next();
    return value;
  }

  @Override
  public BigInteger bigInteger() {
    int from = value(TtlvType.BIG_INTEGER);
    if (length == 0) {
      throw refuse(MalformedTtlv.Reason.BAD_ENCODING, "BigInteger of 0 value bytes");
    }
    BigInteger value = new BigInteger(frame, from, length);
    next();
    return value;
  }

  @Override
  public byte[] bigIntegerBytes() {
    int from = value(TtlvType.BIG_INTEGER);
    if (length == 0) {
      throw refuse(MalformedTtlv.Reason.BAD_ENCODING, "BigInteger of 0 value bytes");
    }
    byte[] value = Arrays.copyOfRange(frame, from, from + length);
    next();
    return value;
  }

  @Override
  public int enumeration(int enumTag) {
    int value = (int) INT.get(frame, value(TtlvType.ENUMERATION));
    next();
    return value;
  }

  @Override
  public boolean bool() {
    long value = (long) LONG.get(frame, value(TtlvType.BOOLEAN));
    if ((value & ~1L) != 0) {
      throw refuse(MalformedTtlv.Reason.BAD_ENCODING, "a boolean that is neither 0 nor 1");
    }
    next();
    return value == 1;
  }

  @Override
  public String text() {
    int from = value(TtlvType.TEXT_STRING);
    String value = Utf8.decode(frame, from, length, from);
    next();
    return value;
  }

  @Override
  public byte[] textBytes() {
    int from = value(TtlvType.TEXT_STRING);
    byte[] value = Arrays.copyOfRange(frame, from, from + length);
    next();
    return value;
  }

  @Override
  public <T> Optional<T> textIn(Lexicon<T> table) {
    Optional<T> found = table.find(frame, value(TtlvType.TEXT_STRING), length);
    if (found.isPresent()) {
      next();
    }
    return found;
  }

  @Override
  public byte[] bytes() {
    int from = value(TtlvType.BYTE_STRING);
    byte[] value = Arrays.copyOfRange(frame, from, from + length);
    next();
    return value;
  }

  @Override
  public <T> T bytes(Taker<T> taker) {
    T taken = taker.take(frame, value(TtlvType.BYTE_STRING), length);
    next();
    return taken;
  }

  @Override
  public long dateTime() {
    long value = (long) LONG.get(frame, value(TtlvType.DATE_TIME));
    next();
    return value;
  }

  @Override
  public long interval() {
    int value = (int) INT.get(frame, value(TtlvType.INTERVAL));
    next();
    return Integer.toUnsignedLong(value);
  }

  @Override
  public long dateTimeExtended() {
    long value = (long) LONG.get(frame, value(TtlvType.DATE_TIME_EXTENDED));
    next();
    return value;
  }
}
