package io.keymoor.cli.output;

import java.time.Duration;
import java.util.Locale;

/** Sizes and durations as people write them. */
public final class Quantity {
  private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};

  private Quantity() {}

  /** Such as {@code 512 bytes}, {@code 256 MiB}, {@code 1.5 GiB}. */
  public static String bytes(double count) {
    int unit = 0;
    double value = count;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    String number =
        value >= 10 || value == Math.rint(value)
            ? String.format(Locale.ROOT, "%.0f", value)
            : String.format(Locale.ROOT, "%.1f", value);
    return number + " " + UNITS[unit];
  }

  /** Such as {@code 0.42 s}, {@code 12.3 s}, {@code 2:05 min}, {@code 1:02:03 h}. */
  public static String elapsed(Duration duration) {
    double seconds = duration.toNanos() / 1e9;
    if (seconds < 9.995) {
      return String.format(Locale.ROOT, "%.2f s", seconds);
    }
    if (seconds < 59.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d h", whole / 3600, whole / 60 % 60, whole % 60);
  }
}
