package io.keymoor.disk.qcow2;

import io.keymoor.disk.BlockTarget;
import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.Machine;
import io.keymoor.disk.luks.NewContainer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A new qcow2 file, version 3, plain or LUKS1.
 *
 * <pre>
 * cluster 0      header, written last of all
 * then           L1 table
 * then           LUKS header, when encrypted
 * then           data clusters and L2 tables as they come
 * at the end     refcount blocks, refcount table
 * </pre>
 *
 * <p>Only clusters that are written are allocated; all are used exactly once, so every refcount is
 * one. A whole cluster is always written: what the guest may see after a resize is zeros.
 */
public final class Qcow2Target implements BlockTarget {
  private static final int CLUSTER_BITS = 16;
  private static final int CLUSTER = 1 << CLUSTER_BITS;
  private static final int L2_ENTRIES = CLUSTER / 8;
  private static final long L2_SPAN = (long) L2_ENTRIES << CLUSTER_BITS;
  private static final int REFCOUNT_ORDER = 4;
  private static final int REFCOUNTS_PER_BLOCK = CLUSTER / 2;

  private static final int LARGEST_L1_BYTES = 32 * 1024 * 1024;
  private static final int HEADER_BYTES = Qcow2Header.VERSION_3_BYTES;

  private final ImageStorage file;
  private final long size;
  private final ClusterCipher cipher;
  private final @Nullable NewContainer container;
  private final long cryptOffset;
  private final long[] l1;
  private final L2Tables l2;
  private long nextOffset;

  private Qcow2Target(
      ImageStorage file, long size, @Nullable NewContainer container, Machine machine) {
    this.file = file;
    this.size = size;
    this.container = container;
    this.l1 = new long[l1Entries(file, size)];
    this.l2 = new L2Tables(file, L2_ENTRIES);
    this.cryptOffset = CLUSTER + roundUp(l1.length * 8L);
    if (container == null) {
      this.cipher = ClusterCipher.PLAIN;
      this.nextOffset = cryptOffset;
    } else {
      this.cipher = ClusterCipher.Luks.with(container.volumeKey(), machine);
      this.nextOffset = cryptOffset + roundUp(container.areaBytes());
    }
  }

  /** A target in clear; takes over {@code file} and closes it with itself. */
  public static Qcow2Target plain(ImageStorage file, long size) {
    return new Qcow2Target(file, size, null, Machine.JAVA);
  }

  /** An encrypted target; takes over {@code file} and {@code container}. */
  public static Qcow2Target encrypted(
      ImageStorage file, long size, NewContainer container, Machine machine) {
    return new Qcow2Target(file, size, container, machine);
  }

  private static int l1Entries(ImageStorage file, long size) {
    long entries = (size + L2_SPAN - 1) / L2_SPAN;
    if (entries * 8 > LARGEST_L1_BYTES) {
      throw new UnsupportedImage(
          file.name(), "a disk of " + size + " bytes is too large for qcow2 with 64 KiB clusters");
    }
    return (int) entries;
  }

  @Override
  public int granularity() {
    return CLUSTER;
  }

  @Override
  public boolean thin() {
    return true;
  }

  @Override
  public long fileBytesFor(long dataBytes) {
    long dataClusters = (dataBytes + CLUSTER - 1) / CLUSTER;
    long used;
    synchronized (l2) {
      used = nextOffset / CLUSTER;
    }
    long clusters = used + dataClusters + Math.min(l1.length, dataClusters);
    return (clusters + new Refcounts(clusters).clusters()) * CLUSTER;
  }

  @Override
  public void write(long position, byte[] from, int offset, int length) {
    long hostOffset = allocate(position, (length + CLUSTER - 1) / CLUSTER);
    int whole = length / CLUSTER * CLUSTER;
    if (whole > 0) {
      cipher.encrypt(hostOffset, from, offset, whole);
      file.write(hostOffset, from, offset, whole);
    }
    if (whole < length) {
      byte[] tail = new byte[CLUSTER];
      System.arraycopy(from, offset + whole, tail, 0, length - whole);
      cipher.encrypt(hostOffset + whole, tail, 0, CLUSTER);
      file.write(hostOffset + whole, tail, 0, CLUSTER);
    }
  }

  /** Maps a run of clusters to a new run of the file and returns where that starts. */
  private long allocate(long position, int clusters) {
    synchronized (l2) {
      int firstTable = (int) (position / L2_SPAN);
      int lastTable = (int) ((position + (clusters - 1L) * CLUSTER) / L2_SPAN);
      for (int table = firstTable; table <= lastTable; table++) {
        if (l1[table] == 0) {
          l1[table] = nextOffset | Cluster.COPIED;
          l2.create(nextOffset);
          nextOffset += CLUSTER;
        }
      }
      long hostOffset = nextOffset;
      nextOffset += (long) clusters * CLUSTER;
      for (int i = 0; i < clusters; i++) {
        long at = position / CLUSTER + i;
        long table = l1[(int) (at / L2_ENTRIES)] & Cluster.OFFSET_MASK;
        long entry = hostOffset + (long) i * CLUSTER | Cluster.COPIED;
        l2.set(table, (int) (at % L2_ENTRIES), entry);
      }
      return hostOffset;
    }
  }

  @Override
  public void finish() {
    synchronized (l2) {
      l2.flush();
      ByteBuffer table = ByteBuffer.allocate((int) roundUp(l1.length * 8L));
      table.asLongBuffer().put(l1);
      file.write(CLUSTER, table.array(), 0, table.capacity());
      Refcounts refcounts = new Refcounts(nextOffset / CLUSTER);
      refcounts.write();
      if (container != null) {
        container.writeKeyMaterial(file, cryptOffset);
      }
      file.sync();
      if (container != null) {
        container.writeHeader(file, cryptOffset);
      }
      writeHeader(refcounts);
      file.sync();
    }
  }

  private void writeHeader(Refcounts refcounts) {
    ByteBuffer header = ByteBuffer.allocate(CLUSTER);
    header.putInt(0, Qcow2Header.MAGIC).putInt(4, 3).putInt(20, CLUSTER_BITS).putLong(24, size);
    header.putInt(36, l1.length).putLong(40, CLUSTER);
    header.putLong(48, refcounts.tableOffset()).putInt(56, refcounts.tableClusters);
    header.putInt(96, REFCOUNT_ORDER).putInt(100, HEADER_BYTES);
    if (container != null) {
      header.putInt(32, Qcow2Header.LUKS);
      header.putInt(HEADER_BYTES, Qcow2Header.CRYPT_HEADER).putInt(HEADER_BYTES + 4, 16);
      header.putLong(HEADER_BYTES + 8, cryptOffset);
      header.putLong(HEADER_BYTES + 16, container.areaBytes());
    }
    file.write(0, header.array(), 0, CLUSTER);
  }

  /** Refcounts of {@code used} clusters plus their own, all of them one. */
  private final class Refcounts {
    private final long used;
    private int blocks;
    private int tableClusters;

    Refcounts(long used) {
      this.used = used;
      long blocksNow;
      do {
        blocksNow = blocks;
        tableClusters = (int) ((blocksNow * 8 + CLUSTER - 1) / CLUSTER);
        blocks =
            (int)
                ((used + blocksNow + tableClusters + REFCOUNTS_PER_BLOCK - 1)
                    / REFCOUNTS_PER_BLOCK);
      } while (blocks != blocksNow);
    }

    long clusters() {
      return (long) blocks + tableClusters;
    }

    long tableOffset() {
      return (used + blocks) * CLUSTER;
    }

    void write() {
      byte[] full = new byte[CLUSTER];
      for (int i = 1; i < CLUSTER; i += 2) {
        full[i] = 1;
      }
      long total = used + clusters();
      ByteBuffer table = ByteBuffer.allocate(tableClusters * CLUSTER);
      for (int block = 0; block < blocks; block++) {
        long counted = total - (long) block * REFCOUNTS_PER_BLOCK;
        if (counted < REFCOUNTS_PER_BLOCK) {
          Arrays.fill(full, (int) counted * 2, CLUSTER, (byte) 0);
        }
        long offset = (used + block) * CLUSTER;
        file.write(offset, full, 0, CLUSTER);
        table.putLong(block * 8, offset);
      }
      file.write(tableOffset(), table.array(), 0, table.capacity());
    }
  }

  private static long roundUp(long bytes) {
    return (bytes + CLUSTER - 1) / CLUSTER * CLUSTER;
  }

  @Override
  public void close() {
    cipher.close();
    if (container != null) {
      container.close();
    }
    file.close();
  }
}
