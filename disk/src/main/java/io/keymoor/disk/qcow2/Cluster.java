package io.keymoor.disk.qcow2;

/**
 * What an L2 entry says about one cluster.
 *
 * <pre>
 * bit 63      refcount is exactly one (ignored by readers)
 * bit 62      compressed
 * standard:   bits 9..55 host offset, bit 0 reads as zeros (version 3)
 * compressed: with x = 62 - (cluster bits - 8)
 *             bits 0..x-1 host offset, bits x..61 further 512-byte sectors it touches
 * extended:   as above without bit 0, then 8 bytes: bit n subcluster n is allocated,
 *             bit 32 + n it reads as zeros
 * </pre>
 *
 * <p>Where entries are extended, a {@code Cluster} is what one subcluster is; its host offset stays
 * that of the whole cluster.
 */
sealed interface Cluster {
  long COPIED = 1L << 63;
  long COMPRESSED_FLAG = 1L << 62;
  long ZERO_FLAG = 1;
  long OFFSET_MASK = 0x00ff_ffff_ffff_fe00L;

  /** The backing file shows through. */
  record Unallocated() implements Cluster {}

  /** Reads as zeros, whatever the backing file holds. */
  record Zero() implements Cluster {}

  /** The bytes lie at this offset of the file. */
  record Data(long hostOffset) implements Cluster {}

  /** At most {@code length} compressed bytes lie at this offset of the file. */
  record Compressed(long hostOffset, int length) implements Cluster {}

  Cluster UNALLOCATED = new Unallocated();
  Cluster ZERO = new Zero();

  /** Which of these an extended entry says subcluster {@code number} is. */
  static Cluster decode(long entry, long subclusters, int number, Qcow2Header header) {
    if ((entry & COMPRESSED_FLAG) != 0) {
      return decode(entry, header);
    }
    boolean allocated = (subclusters >>> number & 1) != 0;
    boolean zero = (subclusters >>> (32 + number) & 1) != 0;
    if (zero) {
      return ZERO;
    }
    return allocated ? new Data(entry & OFFSET_MASK) : UNALLOCATED;
  }

  static Cluster decode(long entry, Qcow2Header header) {
    if ((entry & COMPRESSED_FLAG) != 0) {
      int shift = 62 - (header.clusterBits() - 8);
      long offset = entry & (1L << shift) - 1;
      long sectors = ((entry >>> shift) & ((1L << (header.clusterBits() - 8)) - 1)) + 1;
      return new Compressed(offset, (int) (sectors * 512 - (offset & 511)));
    }
    if (header.version() >= 3 && (entry & ZERO_FLAG) != 0) {
      return ZERO;
    }
    long offset = entry & OFFSET_MASK;
    return offset == 0 ? UNALLOCATED : new Data(offset);
  }
}
