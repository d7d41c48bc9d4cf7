package io.keymoor.logging;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * The form of a message: {@code 2026-11-30T15:04:05.678Z WARN Class: text}, then the stack of the
 * failure when there is one. The time is UTC. Written out by hand: formatters of the JDK load
 * classes and tables of languages for this one line.
 */
final class LogLine {
  private static final int LONGEST_LEVEL = 5;

  private LogLine() {}

  static String of(
      Instant when, Level level, String logger, String text, @Nullable Throwable failure) {
    StringBuilder line = new StringBuilder(64 + text.length());
    time(line, when);
    line.append(' ').append(level.name());
    line.repeat(' ', LONGEST_LEVEL - level.name().length() + 1);
    line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
    line.append(text).append('\n');
    if (failure != null) {
      StringWriter stack = new StringWriter();
      failure.printStackTrace(new PrintWriter(stack, true));
      line.append(stack);
    }
    return line.toString();
  }

  private static void time(StringBuilder line, Instant when) {
    LocalDateTime utc =
        LocalDateTime.ofEpochSecond(when.getEpochSecond(), when.getNano(), ZoneOffset.UTC);
    digits(line, utc.getYear(), 4).append('-');
    digits(line, utc.getMonthValue(), 2).append('-');
    digits(line, utc.getDayOfMonth(), 2).append('T');
    digits(line, utc.getHour(), 2).append(':');
    digits(line, utc.getMinute(), 2).append(':');
    digits(line, utc.getSecond(), 2).append('.');
    digits(line, utc.getNano() / 1_000_000, 3).append('Z');
  }

  private static StringBuilder digits(StringBuilder line, int number, int width) {
    String digits = Integer.toString(number);
    return line.repeat('0', Math.max(0, width - digits.length())).append(digits);
  }
}
