package io.keymoor.disk.engine;

import java.util.Arrays;

/** Telling zeros from data, with the vector instructions behind {@link Arrays#mismatch}. */
final class Granules {
  /** The unit in which contents are compared and estimated. */
  static final int BYTES = 64 * 1024;

  private static final byte[] ZEROS = new byte[BYTES];

  private Granules() {}

  static boolean isZero(byte[] data, int offset, int length) {
    for (int at = 0; at < length; at += BYTES) {
      int part = Math.min(BYTES, length - at);
      int from = offset + at;
      if (Arrays.mismatch(data, from, from + part, ZEROS, 0, part) >= 0) {
        return false;
      }
    }
    return true;
  }
}
