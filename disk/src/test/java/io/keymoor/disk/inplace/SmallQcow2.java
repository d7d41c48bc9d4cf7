package io.keymoor.disk.inplace;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A qcow2 image, byte for byte, of everything that a conversion in place has to tell apart: a
 * fragmented disk, a snapshot that shares some of its clusters, a cluster that was given back, one
 * that is kept though it reads as zeros, a name of a feature.
 *
 * <pre>
 * 0 header   1 refcount table   2 refcount block   3 L1   4 L2
 * 5 snapshot table   6 its L1   7 its L2   8 free, was in use   9 spare   10... data
 * </pre>
 */
final class SmallQcow2 {
  static final int CLUSTER = 4096;
  static final int DATA_CLUSTERS = 90;
  static final int DISK = 256 * CLUSTER;
  private static final long FREE = 8;
  private static final long SPARE = 9;
  private static final long FIRST_DATA = 10;
  private static final int SHARED = 30;
  private static final long COPIED = 1L << 63;

  private SmallQcow2() {}

  static byte[] image(long seed) {
    Random random = new Random(seed);
    int clusters = (int) FIRST_DATA + DATA_CLUSTERS;
    byte[] bytes = new byte[clusters * CLUSTER];
    byte[] data = new byte[bytes.length - (int) FREE * CLUSTER];
    random.nextBytes(data);
    System.arraycopy(data, 0, bytes, (int) FREE * CLUSTER, data.length);
    ByteBuffer image = ByteBuffer.wrap(bytes);
    image.putInt(0, 0x514649fb).putInt(4, 3).putInt(20, 12).putLong(24, DISK);
    image.putInt(36, 1).putLong(40, 3 * CLUSTER).putLong(48, CLUSTER).putInt(56, 1);
    image.putInt(60, 1).putLong(64, 5 * CLUSTER).putInt(96, 4).putInt(100, 104);
    image.putInt(104, 0x6803f857).putInt(108, 48).put(113, (byte) 0).put(114, (byte) 'd');
    image.putLong(CLUSTER, 2 * CLUSTER);
    image.putLong(3 * CLUSTER, COPIED | 4 * CLUSTER).putLong(6 * CLUSTER, COPIED | 7 * CLUSTER);
    image.putLong(5 * CLUSTER, 6 * CLUSTER).putInt(5 * CLUSTER + 8, 1);
    image.putShort(5 * CLUSTER + 12, (short) 1).putShort(5 * CLUSTER + 14, (short) 3);
    image.put(5 * CLUSTER + 40, new byte[] {'1', 'o', 'n', 'e'});
    for (int i = 0; i < clusters; i++) {
      image.putShort(2 * CLUSTER + 2 * i, (short) (i == FREE ? 0 : 1));
    }
    map(image, random);
    return bytes;
  }

  /** The disk has its clusters in any order; the snapshot has the last ones, and some of those. */
  private static void map(ByteBuffer image, Random random) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < DATA_CLUSTERS; i++) {
      places.add(i);
    }
    Collections.shuffle(places.subList(0, DATA_CLUSTERS * 2 / 3), random);
    for (int i = 0; i < DATA_CLUSTERS; i++) {
      long host = (FIRST_DATA + places.get(i)) * CLUSTER;
      boolean shared = i < SHARED;
      boolean active = i < 60;
      int at = 8 * (2 * i + 1);
      if (active) {
        image.putLong(4 * CLUSTER + at, host | (shared ? 0 : COPIED));
      }
      if (shared || !active) {
        image.putLong(7 * CLUSTER + at, host | (shared ? 0 : COPIED));
      }
      if (shared) {
        image.putShort(2 * CLUSTER + (int) (host / CLUSTER) * 2, (short) 2);
      }
    }
    image.putLong(4 * CLUSTER, COPIED | SPARE * CLUSTER | 1);
  }

  /** With zeros where nobody reads what is there. */
  static byte[] scrubbed(byte[] image) {
    byte[] scrubbed = image.clone();
    Arrays.fill(scrubbed, (int) FREE * CLUSTER, (int) FIRST_DATA * CLUSTER, (byte) 0);
    return scrubbed;
  }
}
