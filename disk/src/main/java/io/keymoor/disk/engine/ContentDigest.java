package io.keymoor.disk.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.zip.CRC32C;

/**
 * A checksum of a disk's contents that can be taken in any order.
 *
 * <p>Each granule that holds data adds a mix of its position and its CRC-32C to the sum of its
 * region; zeros add nothing, so skipped holes and written zeros are the same. It finds accidents:
 * lost, misplaced and damaged granules. It is no defence against forgery. Memory is bounded
 * whatever the disk's size. Thread-safe.
 */
final class ContentDigest {
  private static final int MOST_REGIONS = 1 << 16;

  private final long regionBytes;
  private final AtomicLongArray sums;
  private final AtomicLong dataBytes = new AtomicLong();

  ContentDigest(long diskBytes) {
    long granules = Math.max(1, (diskBytes + Granules.BYTES - 1) / Granules.BYTES);
    long perRegion = (granules + MOST_REGIONS - 1) / MOST_REGIONS;
    this.regionBytes = perRegion * Granules.BYTES;
    this.sums = new AtomicLongArray((int) ((granules + perRegion - 1) / perRegion));
  }

  /** Adds what lies at {@code position}, a multiple of the granule. */
  void add(long position, byte[] data, int length) {
    CRC32C crc = new CRC32C();
    int found = 0;
    for (int at = 0; at < length; at += Granules.BYTES) {
      int part = Math.min(Granules.BYTES, length - at);
      if (!Granules.isZero(data, at, part)) {
        crc.reset();
        crc.update(data, at, part);
        long where = position + at;
        sums.addAndGet((int) (where / regionBytes), mix(where ^ mix(crc.getValue())));
        found += part;
      }
    }
    dataBytes.addAndGet(found);
  }

  /** Counts what holds data, for a digest that is compared with none. */
  void count(byte[] data, int length) {
    int found = 0;
    for (int at = 0; at < length; at += Granules.BYTES) {
      int part = Math.min(Granules.BYTES, length - at);
      found += Granules.isZero(data, at, part) ? 0 : part;
    }
    dataBytes.addAndGet(found);
  }

  /** The finalizer of SplitMix64: spreads each input bit over the whole sum. */
  private static long mix(long value) {
    long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return mixed ^ mixed >>> 31;
  }

  long dataBytes() {
    return dataBytes.get();
  }

  /** The start of the first region that differs, or -1 when the contents are the same. */
  long firstDifference(ContentDigest other) {
    for (int region = 0; region < sums.length(); region++) {
      if (sums.get(region) != other.sums.get(region)) {
        return region * regionBytes;
      }
    }
    return -1;
  }
}
