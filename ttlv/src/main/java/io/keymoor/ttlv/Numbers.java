package io.keymoor.ttlv;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Numbers and times as XML and JSON write them. */
final class Numbers {
  private Numbers() {}

  /** 0x and up to 16 digits, as the unsigned bits they are. */
  static long hex(String text, int offset) {
    int digits = text.length() - 2;
    if (digits < 1 || digits > 16) {
      throw bad(offset, "a hexadecimal number of " + digits + " digits");
    }
    long value = 0;
    for (int i = 2; i < text.length(); i++) {
      value = value << 4 | digit(text.charAt(i), offset);
    }
    return value;
  }

  static int digit(int c, int offset) {
    int value = c < 0x80 ? Character.digit(c, 16) : -1;
    if (value < 0) {
      throw bad(offset, "a character that is no hexadecimal digit");
    }
    return value;
  }

  static boolean isHex(String text) {
    return text.startsWith("0x");
  }

  /** A decimal or hexadecimal number in a range; hexadecimal ones may use the sign's bit. */
  static long number(String text, long least, long most, int hexDigits, int offset) {
    if (isHex(text)) {
      if (text.length() - 2 > hexDigits) {
        throw bad(offset, "a number out of range");
      }
      return hex(text, offset);
    }
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw bad(offset, "a text that is no number");
    }
    throw bad(offset, "a number out of range");
  }

  static long seconds(String text, int offset) {
    if (isHex(text)) {
      return hex(text, offset);
    }
    try {
      return OffsetDateTime.parse(text).toEpochSecond();
    } catch (DateTimeException e) {
      throw bad(offset, "a text that is no time");
    }
  }

  static String time(long seconds) {
    // Four-digit years only: beyond them ISO 8601 needs an agreement between the parties.
    if (seconds < -62_167_219_200L || seconds > 253_402_300_799L) {
      return hex64(seconds);
    }
    return Instant.ofEpochSecond(seconds).toString();
  }

  static String hex32(int value) {
    return String.format("0x%08x", value);
  }

  static String hex64(long value) {
    return String.format("0x%016x", value);
  }

  static MalformedTtlv bad(int offset, String sentence) {
    return new MalformedTtlv(MalformedTtlv.Reason.BAD_ENCODING, offset, sentence);
  }
}
