package io.keymoor.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What the first processor of this machine can do. */
public final class Processor {
  private static final int FIRST_PROCESSOR_BYTES = 16 * 1024;

  private static final boolean WIDE_AES = hasWideAes(Path.of("/proc/cpuinfo"));

  private Processor() {}

  /**
   * Whether the Java runtime encrypts independent AES blocks many at a time here. It does so on
   * x86-64 with VAES and AVX-512; elsewhere one after the other, at a third of the speed.
   */
  public static boolean hasWideAes() {
    return WIDE_AES;
  }

  /** Reads a file in the format of Linux's {@code /proc/cpuinfo}; false when there is none. */
  static boolean hasWideAes(Path cpuInfo) {
    try (InputStream in = Files.newInputStream(cpuInfo)) {
      String text = new String(in.readNBytes(FIRST_PROCESSOR_BYTES), StandardCharsets.US_ASCII);
      return text.lines()
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(line -> Arrays.asList(line.split("\\s+")))
          .filter(flags -> flags.containsAll(List.of("vaes", "avx512vl", "avx512dq")))
          .isPresent();
    } catch (IOException e) {
      return false;
    }
  }
}
