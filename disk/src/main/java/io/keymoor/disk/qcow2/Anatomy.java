package io.keymoor.disk.qcow2;

import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.ImageBytes;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * What every cluster of a qcow2 file is for, over all its snapshots.
 *
 * <p>Guarantees: a cluster that is called data holds bytes of a guest and nothing else, and no
 * table, header or refcount lies in it; one cluster in two such roles is damage. The time to find
 * out is bounded by the length of the file, the memory by two bits a cluster and {@value
 * #MOST_CLUSTERS} clusters. Immutable and thread-safe once it was made.
 *
 * <pre>
 * snapshot table, each entry padded to 8 bytes:
 *  0 8 offset of the snapshot's L1 table   12 2 length of its id    36 4 length of further data
 *  8 4 entries of that table               14 2 length of its name  40   further data, id, name
 * 32 4 length of a VM's memory, or in the first 8 bytes of the further data
 * </pre>
 */
public final class Anatomy {
  /** So many clusters, 16 TiB of those of 64 KiB, take 64 MiB to keep in mind. */
  private static final long MOST_CLUSTERS = 1L << 28;

  private static final long LARGEST_SNAPSHOT_TABLE = 64L << 20;
  private static final long LARGEST_L1_BYTES = 32L << 20;
  private static final int SNAPSHOT_BYTES = 40;

  /** The role of a cluster. */
  public enum Use {
    /** No table names it: it is free, or has leaked. */
    UNNAMED(0),
    /** Holds what a guest, or the memory of a snapshot, can read. */
    DATA(1),
    /** Header, table, refcounts, LUKS header. */
    METADATA(2),
    /** Kept for a guest that will write to it; reads as zeros whatever it holds. */
    SPARE(3);

    private static final Use[] ALL = values();
    private final int number;

    Use(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }

    static Use numbered(int number) {
      return ALL[number];
    }
  }

  private final ImageBytes image;
  private final Qcow2Header header;
  private final ClusterUse uses;
  private final Refcounts refcounts;
  private long dataClusters;
  private boolean holdsMemory;

  /** Snapshots share L2 tables with each other and with the disk. */
  private final BitSet walked = new BitSet();

  private Anatomy(ImageBytes image, Qcow2Header header) {
    this.image = image;
    this.header = header;
    long clusters = (image.length() + header.clusterBytes() - 1) >>> header.clusterBits();
    if (clusters > MOST_CLUSTERS) {
      throw new UnsupportedImage(
          image.name(), "it has " + clusters + " clusters, too many to keep in mind; copy it");
    }
    this.uses = new ClusterUse(clusters);
    this.refcounts = new Refcounts(image, header);
  }

  /**
   * Takes an image apart.
   *
   * @throws UnsupportedImage when it has compressed clusters, whose bytes cannot be changed where
   *     they lie
   */
  public static Anatomy of(ImageBytes image, Qcow2Header header) {
    Anatomy anatomy = new Anatomy(image, header);
    anatomy.mark("the header", 0, 1);
    anatomy.markRefcounts();
    if (header.encryption() == Qcow2Header.Encryption.LUKS) {
      anatomy.mark("the LUKS header", header.cryptOffset(), header.cryptLength());
    }
    anatomy.walk(header.l1Offset(), header.l1Entries());
    anatomy.walkSnapshots();
    return anatomy;
  }

  /** How many clusters the file has, counting one that it ends in. */
  public long clusters() {
    return uses.count();
  }

  public Use use(long cluster) {
    return uses.at(cluster);
  }

  /** How many of them hold data. */
  public long dataClusters() {
    return dataClusters;
  }

  /** Whether a snapshot holds the memory of a VM, which QEMU reads from images in clear only. */
  public boolean holdsMemory() {
    return holdsMemory;
  }

  /**
   * Whether nobody reads what is in a cluster. One that is counted as used without being named may
   * belong to a foreign extension, such as QEMU's bitmaps.
   */
  public boolean isWorthless(long cluster) {
    return switch (uses.at(cluster)) {
      case SPARE -> true;
      case UNNAMED -> !header.books().foreign() || refcounts.at(cluster) == 0;
      case DATA, METADATA -> false;
    };
  }

  private void markRefcounts() {
    long[] table = refcounts.table();
    mark("the refcount table", header.books().refcountTable(), table.length * 8L);
    for (long block : table) {
      if (block != 0) {
        mark("a refcount block", block, header.clusterBytes());
      }
    }
  }

  private void mark(String what, long offset, long length) {
    long first = offset >>> header.clusterBits();
    long last = (offset + length - 1) >>> header.clusterBits();
    if (offset % header.clusterBytes() != 0 || offset < 0 || last >= uses.count()) {
      throw new DamagedImage(image.name(), what + " is said to lie at " + offset);
    }
    for (long cluster = first; cluster <= last; cluster++) {
      if (uses.at(cluster) != Use.UNNAMED) {
        throw usedTwice(cluster);
      }
      uses.set(cluster, Use.METADATA);
    }
  }

  private DamagedImage usedTwice(long cluster) {
    return new DamagedImage(
        image.name(), "its cluster at " + (cluster << header.clusterBits()) + " is used twice");
  }

  private void walk(long l1Offset, long l1Entries) {
    if (l1Entries == 0) {
      return;
    }
    if (l1Entries * 8 > LARGEST_L1_BYTES) {
      throw new DamagedImage(image.name(), "an L1 table has " + l1Entries + " entries");
    }
    mark("an L1 table", l1Offset, l1Entries * 8);
    for (long entry : longs(l1Offset, (int) l1Entries)) {
      long table = entry & Cluster.OFFSET_MASK;
      if (table != 0 && !walked.get(numberOf(table))) {
        walkL2(table);
      }
    }
  }

  private void walkL2(long offset) {
    mark("an L2 table", offset, header.clusterBytes());
    walked.set(numberOf(offset));
    long[] table = longs(offset, header.clusterBytes() / 8);
    for (int i = 0; i < table.length; i += header.l2EntryLongs()) {
      long entry = table[i];
      if ((entry & Cluster.COMPRESSED_FLAG) != 0) {
        throw new UnsupportedImage(
            image.name(),
            "it has compressed clusters, which are not encrypted; copy it, which unpacks them");
      }
      long host = entry & Cluster.OFFSET_MASK;
      if (host != 0) {
        markGuest(host, readsAsZeros(entry, header.extendedL2() ? table[i + 1] : 0));
      }
    }
  }

  /** Clusters beyond the file are refused when they are marked. */
  private int numberOf(long offset) {
    return (int) Math.min(offset >>> header.clusterBits(), uses.count());
  }

  private boolean readsAsZeros(long entry, long subclusters) {
    if (header.extendedL2()) {
      return (int) subclusters == 0;
    }
    return header.version() >= 3 && (entry & Cluster.ZERO_FLAG) != 0;
  }

  private void markGuest(long host, boolean zeros) {
    long cluster = host >>> header.clusterBits();
    if (host % header.clusterBytes() != 0 || cluster >= uses.count()) {
      throw new DamagedImage(image.name(), "a data cluster is said to lie at " + host);
    }
    switch (uses.at(cluster)) {
      case METADATA -> throw usedTwice(cluster);
      case DATA -> {}
      case UNNAMED, SPARE -> {
        uses.set(cluster, zeros ? Use.SPARE : Use.DATA);
        dataClusters += zeros ? 0 : 1;
      }
    }
  }

  private void walkSnapshots() {
    if (header.snapshots() == 0) {
      return;
    }
    long table = header.books().snapshotTable();
    if (table <= 0 || table % header.clusterBytes() != 0) {
      throw new DamagedImage(image.name(), "its snapshot table is said to lie at " + table);
    }
    long at = table;
    for (int i = 0; i < header.snapshots(); i++) {
      byte[] bytes = new byte[SNAPSHOT_BYTES + 8];
      image.read(at, bytes, 0, bytes.length);
      ByteBuffer snapshot = ByteBuffer.wrap(bytes);
      boolean extended = Integer.toUnsignedLong(snapshot.getInt(36)) >= 8;
      holdsMemory |= snapshot.getInt(32) != 0 || (extended && snapshot.getLong(40) != 0);
      walk(snapshot.getLong(0), Integer.toUnsignedLong(snapshot.getInt(8)));
      long length =
          SNAPSHOT_BYTES
              + Integer.toUnsignedLong(snapshot.getInt(36))
              + Short.toUnsignedInt(snapshot.getShort(12))
              + Short.toUnsignedInt(snapshot.getShort(14));
      if (at + length > image.length() || at + length - table > LARGEST_SNAPSHOT_TABLE) {
        throw new DamagedImage(image.name(), "its snapshot table reaches out of the file");
      }
      at += length + 7 & -8L;
    }
    mark("the snapshot table", table, at - table);
  }

  private long[] longs(long offset, int count) {
    byte[] bytes = new byte[count * 8];
    image.read(offset, bytes, 0, bytes.length);
    long[] longs = new long[count];
    ByteBuffer.wrap(bytes).asLongBuffer().get(longs);
    return longs;
  }
}
