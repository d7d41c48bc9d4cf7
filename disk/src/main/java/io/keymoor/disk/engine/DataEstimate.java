package io.keymoor.disk.engine;

import io.keymoor.disk.BlockSource;
import io.keymoor.disk.Extent;

/** How much of a disk holds data, without reading all of it. */
final class DataEstimate {
  /** 32 MiB of reading at most. */
  private static final int SAMPLES = 512;

  private DataEstimate() {}

  /** Exact where holes are known or the disk is small; else a sample's share of the disk. */
  static long of(BlockSource source) {
    return source.knowsItsHoles() ? sumOfExtents(source) : sampled(source);
  }

  private static long sumOfExtents(BlockSource source) {
    long sum = 0;
    for (long at = 0; at < source.sizeBytes(); ) {
      Extent extent = source.extentAt(at);
      sum += extent.isZero() ? 0 : extent.length();
      at = extent.end();
    }
    return sum;
  }

  private static long sampled(BlockSource source) {
    long size = source.sizeBytes();
    long granules = (size + Granules.BYTES - 1) / Granules.BYTES;
    int samples = (int) Math.min(granules, SAMPLES);
    byte[] buffer = new byte[Granules.BYTES];
    long sampledBytes = 0;
    long dataBytes = 0;
    for (int i = 0; i < samples; i++) {
      long position = granules * i / samples * Granules.BYTES;
      int length = (int) Math.min(Granules.BYTES, size - position);
      source.read(position, buffer, 0, length);
      sampledBytes += length;
      dataBytes += Granules.isZero(buffer, 0, length) ? 0 : length;
    }
    return sampledBytes == 0 ? 0 : (long) Math.ceil((double) dataBytes / sampledBytes * size);
  }
}
