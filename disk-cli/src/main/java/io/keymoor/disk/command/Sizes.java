package io.keymoor.disk.command;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** Byte counts as people write and read them, in powers of 1024. */
final class Sizes {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})([KMGT]?)(iB)?");
  private static final String UNITS = "KMGT";

  private Sizes() {}

  static String show(long bytes) {
    double value = (double) bytes;
    int unit = -1;
    while (value >= 1024 && unit < UNITS.length() - 1) {
      value /= 1024;
      unit++;
    }
    return unit < 0
        ? bytes + " bytes"
        : String.format(Locale.ROOT, "%.1f %ciB", value, UNITS.charAt(unit));
  }

  /** Reads such as {@code 200M}. */
  static final class Converter implements CommandLine.ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      Matcher size = SIZE.matcher(text);
      if (!size.matches()) {
        throw new CommandLine.TypeConversionException(
            "'" + text + "' is no size such as 200M (K, M, G, T count in 1024s)");
      }
      int power = size.group(2).isEmpty() ? 0 : UNITS.indexOf(size.group(2)) + 1;
      return Long.parseLong(size.group(1)) << (10 * power);
    }
  }
}
