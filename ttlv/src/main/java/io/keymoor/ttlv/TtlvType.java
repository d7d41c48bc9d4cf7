package io.keymoor.ttlv;

import java.util.Optional;

/** The item types (KMIP 1.4 section 9.1.1.2, KMIP 2.1 section 10.1.2). */
public enum TtlvType {
  STRUCTURE(1, "Structure", -1),
  INTEGER(2, "Integer", 4),
  LONG_INTEGER(3, "LongInteger", 8),
  BIG_INTEGER(4, "BigInteger", -1),
  ENUMERATION(5, "Enumeration", 4),
  BOOLEAN(6, "Boolean", 8),
  TEXT_STRING(7, "TextString", -1),
  BYTE_STRING(8, "ByteString", -1),
  DATE_TIME(9, "DateTime", 8),
  INTERVAL(10, "Interval", 4),
  /** Microseconds; KMIP 2.0 and later. */
  DATE_TIME_EXTENDED(11, "DateTimeExtended", 8);

  private static final TtlvType[] BY_CODE = values();

  private final int code;
  private final String label;
  private final int fixedLength;

  TtlvType(int code, String label, int fixedLength) {
    this.code = code;
    this.label = label;
    this.fixedLength = fixedLength;
  }

  /** The type byte on the wire. */
  public int code() {
    return code;
  }

  /** The name used by XML and JSON. */
  public String label() {
    return label;
  }

  /** Value bytes every item of this type has; -1 where the length is the item's own. */
  int fixedLength() {
    return fixedLength;
  }

  /** The type with this type byte. */
  public static Optional<TtlvType> ofCode(int code) {
    return code >= 1 && code <= BY_CODE.length ? Optional.of(BY_CODE[code - 1]) : Optional.empty();
  }

  /** For a code already checked to lie between 1 and 11. */
  static TtlvType known(int code) {
    return BY_CODE[code - 1];
  }

  static boolean isKnown(int code) {
    return code >= 1 && code <= BY_CODE.length;
  }

  static Optional<TtlvType> ofLabel(String label) {
    for (TtlvType type : BY_CODE) {
      if (type.label.equals(label)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
