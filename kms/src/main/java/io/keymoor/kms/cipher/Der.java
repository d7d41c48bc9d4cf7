package io.keymoor.kms.cipher;

import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;

/** The little of DER (X.690) that key forms need: writing, and a cursor for reading. */
final class Der {
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int OID = 0x06;
  static final int SEQUENCE = 0x30;

  private final byte[] bytes;
  private final int end;
  private int at;

  Der(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private Der(byte[] bytes, int at, int end) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  static byte[] item(int tag, byte[]... contents) {
    int length = Arrays.stream(contents).mapToInt(one -> one.length).sum();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      byte[] digits = BigInteger.valueOf(length).toByteArray();
      int skip = digits[0] == 0 ? 1 : 0;
      out.write(0x80 | (digits.length - skip));
      out.write(digits, skip, digits.length - skip);
    }
    for (byte[] content : contents) {
      out.writeBytes(content);
    }
    return out.toByteArray();
  }

  static byte[] integer(long value) {
    return item(INTEGER, BigInteger.valueOf(value).toByteArray());
  }

  boolean isAtEnd() {
    return at >= end;
  }

  /** The tag of the next item. */
  int tag() {
    if (isAtEnd()) {
      throw malformed();
    }
    return bytes[at] & 0xff;
  }

  /** The contents of the next item, which must have this tag, as a cursor of their own. */
  Der enter(int tag) {
    if (tag() != tag) {
      throw malformed();
    }
    int start = at + 2;
    int length = byteAt(at + 1);
    if (length >= 0x80) {
      int count = length & 0x7f;
      if (count < 1 || count > 3) {
        throw malformed();
      }
      length = 0;
      for (int i = 0; i < count; i++) {
        length = length << 8 | byteAt(start + i);
      }
      start += count;
    }
    if (length > end - start) {
      throw malformed();
    }
    at = start + length;
    return new Der(bytes, start, at);
  }

  /** Whatever is left. */
  byte[] rest() {
    return Arrays.copyOfRange(bytes, at, end);
  }

  byte[] contents(int tag) {
    return enter(tag).rest();
  }

  BigInteger integer() {
    byte[] contents = contents(INTEGER);
    if (contents.length == 0) {
      throw malformed();
    }
    return new BigInteger(contents);
  }

  private int byteAt(int index) {
    if (index >= end) {
      throw malformed();
    }
    return bytes[index] & 0xff;
  }

  static KmipFailure malformed() {
    return new KmipFailure(
        ResultReason.INVALID_FIELD, "The key material is not in the form its key format says.");
  }
}
