package io.keymoor.disk.qcow2;

import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.ImageBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The two-level table from positions of the disk to clusters of the file.
 *
 * <pre>
 * L1[position / L2 span]                       bits 9..55: offset of an L2 table, 0 for none
 * L2[position % L2 span / cluster size]        see {@link Cluster}; one long, or two if extended
 * </pre>
 *
 * <p>The L1 table is held whole (32 MiB at most), L2 tables as far as a small cache goes, so memory
 * does not grow with the disk. Thread-safe.
 */
final class ClusterMap {
  private static final int CACHE_BYTES = 8 * 1024 * 1024;
  private static final long[] NO_TABLE = new long[0];

  private final ImageBytes image;
  private final Qcow2Header header;
  private final long[] l1;
  private final Map<Integer, long[]> cache;

  ClusterMap(ImageBytes image, Qcow2Header header) {
    this.image = image;
    this.header = header;
    this.l1 = readTable(header.l1Offset(), header.l1Entries());
    requireDistinctTables();
    int tables = Math.max(4, CACHE_BYTES / header.clusterBytes());
    this.cache =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Integer, long[]> eldest) {
            return size() > tables;
          }
        };
  }

  /**
   * A small hostile file could otherwise name one L2 table millions of times, and walking over its
   * disk would never end.
   */
  private void requireDistinctTables() {
    long[] offsets =
        Arrays.stream(l1).map(e -> e & Cluster.OFFSET_MASK).filter(o -> o != 0).sorted().toArray();
    for (int i = 1; i < offsets.length; i++) {
      if (offsets[i] == offsets[i - 1]) {
        throw new DamagedImage(
            image.name(), "the L2 table at " + offsets[i] + " maps two parts of the disk");
      }
    }
  }

  private long[] readTable(long offset, int entries) {
    byte[] bytes = new byte[entries * 8];
    image.read(offset, bytes, 0, bytes.length);
    long[] table = new long[entries];
    ByteBuffer.wrap(bytes).asLongBuffer().get(table);
    return table;
  }

  /** What the cluster, or subcluster, with {@code position} in it is. */
  Cluster at(long position) {
    long[] table = tableFor(position);
    return table.length == 0 ? Cluster.UNALLOCATED : in(table, position);
  }

  private Cluster in(long[] table, long position) {
    int index = indexOf(position) * header.l2EntryLongs();
    long entry = table[index];
    if (!header.extendedL2()) {
      return checked(Cluster.decode(entry, header));
    }
    long subclusters = table[index + 1];
    if ((subclusters & subclusters >>> 32 & 0xffff_ffffL) != 0) {
      throw new DamagedImage(image.name(), "a subcluster is both allocated and zero");
    }
    int number = (int) (position & header.clusterBytes() - 1) / header.unitBytes();
    return checked(Cluster.decode(entry, subclusters, number, header));
  }

  /** The end of the run of clusters of one kind that starts at {@code position}. */
  long endOfRun(long position, long limit) {
    long spanEnd = Math.min(limit, (position / header.l2Span() + 1) * header.l2Span());
    long[] table = tableFor(position);
    if (table.length == 0) {
      return spanEnd;
    }
    Class<?> kind = in(table, position).getClass();
    int unit = header.unitBytes();
    long at = (position / unit + 1) * unit;
    while (at < spanEnd && in(table, at).getClass() == kind) {
      at += unit;
    }
    return Math.min(at, spanEnd);
  }

  private int indexOf(long position) {
    return (int) (position >>> header.clusterBits()) & header.l2Entries() - 1;
  }

  private long[] tableFor(long position) {
    int index = (int) (position / header.l2Span());
    long offset = l1[index] & Cluster.OFFSET_MASK;
    if (offset == 0) {
      return NO_TABLE;
    }
    synchronized (cache) {
      long[] cached = cache.get(index);
      if (cached != null) {
        return cached;
      }
      requireCluster("an L2 table", offset);
      long[] table = readTable(offset, header.clusterBytes() / 8);
      cache.put(index, table);
      return table;
    }
  }

  private Cluster checked(Cluster cluster) {
    switch (cluster) {
      case Cluster.Data data -> requireCluster("a data cluster", data.hostOffset());
      case Cluster.Compressed compressed -> {
        if (compressed.hostOffset() >= image.length()) {
          throw new DamagedImage(image.name(), "a compressed cluster lies outside the file");
        }
        if (header.encryption() != Qcow2Header.Encryption.NONE) {
          throw new DamagedImage(image.name(), "it is encrypted, yet has compressed clusters");
        }
      }
      case Cluster.Zero zero -> {}
      case Cluster.Unallocated unallocated -> {}
    }
    return cluster;
  }

  private void requireCluster(String what, long offset) {
    if ((offset & header.clusterBytes() - 1) != 0 || offset == 0 || offset >= image.length()) {
      throw new DamagedImage(image.name(), what + " is said to lie at " + offset);
    }
  }

  /** The bytes of the disk that this file holds itself. */
  long allocatedBytes() {
    long allocated = 0;
    for (long at = 0; at < header.sizeBytes(); ) {
      long end = endOfRun(at, header.sizeBytes());
      allocated +=
          switch (at(at)) {
            case Cluster.Data data -> end - at;
            case Cluster.Compressed compressed -> end - at;
            case Cluster.Zero zero -> 0;
            case Cluster.Unallocated unallocated -> 0;
          };
      at = end;
    }
    return allocated;
  }
}
