package io.keymoor.disk.qcow2;

import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.ImageBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How often each cluster of a file is used. Not thread-safe.
 *
 * <pre>
 * refcount table, entries of 8 bytes      offset of a refcount block, 0 for none
 * refcount block, one cluster             2^order bits a cluster, big endian; those of less than a
 *                                         byte from its lowest bits on
 * </pre>
 */
final class Refcounts {
  private static final long LARGEST_TABLE = 64L << 20;

  private final ImageBytes image;
  private final int clusterBytes;
  private final int order;
  private final long[] table;
  private long cachedOffset = -1;
  private byte[] cached = new byte[0];

  Refcounts(ImageBytes image, Qcow2Header header) {
    this.image = image;
    this.clusterBytes = header.clusterBytes();
    this.order = header.books().refcountOrder();
    this.table = readTable(header);
  }

  private long[] readTable(Qcow2Header header) {
    long offset = header.books().refcountTable();
    long bytes = Integer.toUnsignedLong(header.books().refcountClusters()) << header.clusterBits();
    if (bytes == 0
        || bytes > LARGEST_TABLE
        || offset <= 0
        || offset % clusterBytes != 0
        || offset > image.length()) {
      throw new DamagedImage(
          image.name(), "its refcount table of " + bytes + " bytes is said to lie at " + offset);
    }
    byte[] read = new byte[(int) bytes];
    image.read(offset, read, 0, read.length);
    long[] entries = new long[(int) (bytes / 8)];
    ByteBuffer.wrap(read).asLongBuffer().get(entries);
    return entries;
  }

  /** The offsets of the blocks; belongs to this object. */
  long[] table() {
    return table;
  }

  int perBlock() {
    return (int) (((long) clusterBytes * 8) >>> order);
  }

  long at(long cluster) {
    long index = cluster / perBlock();
    long offset = index < table.length ? table[(int) index] : 0;
    if (offset == 0) {
      return 0;
    }
    if (offset != cachedOffset) {
      cached = block(offset);
      cachedOffset = offset;
    }
    return get(cached, (int) (cluster % perBlock()), order);
  }

  byte[] block(long offset) {
    if (offset < 0 || offset % clusterBytes != 0 || offset >= image.length()) {
      throw new DamagedImage(image.name(), "a refcount block is said to lie at " + offset);
    }
    byte[] block = new byte[clusterBytes];
    image.read(offset, block, 0, block.length);
    return block;
  }

  static long get(byte[] block, int index, int order) {
    if (order < 3) {
      int bits = 1 << order;
      int at = index * bits;
      return (long) (block[at / 8] >>> (at % 8)) & ((1L << bits) - 1);
    }
    int bytes = 1 << (order - 3);
    long count = 0;
    for (int i = 0; i < bytes; i++) {
      count = (count << 8) | (block[index * bytes + i] & 0xff);
    }
    return count;
  }

  /** Sets a refcount to 0 or 1. */
  static void set(byte[] block, int index, int order, int count) {
    if (order < 3) {
      int bits = 1 << order;
      int at = index * bits;
      int mask = ((1 << bits) - 1) << (at % 8);
      block[at / 8] = (byte) ((block[at / 8] & ~mask) | (count << (at % 8)));
      return;
    }
    int bytes = 1 << (order - 3);
    Arrays.fill(block, index * bytes, index * bytes + bytes, (byte) 0);
    block[index * bytes + bytes - 1] = (byte) count;
  }
}
