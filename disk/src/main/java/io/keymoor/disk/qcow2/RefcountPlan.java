package io.keymoor.disk.qcow2;

import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.ImageBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What has to be written to take clusters after the end of a file into use, or to free some. Reads
 * only. What the refcounts themselves need lies before what is taken into use:
 *
 * <pre>
 * end of the file | new refcount blocks | new refcount table | area
 * </pre>
 */
final class RefcountPlan {
  private final ImageBytes image;
  private final Qcow2Header header;
  private final Refcounts refcounts;
  private final int order;

  /** Blocks of the file by number, as they will be. */
  private final Map<Long, byte[]> changed = new TreeMap<>();

  private final Map<Long, Long> newBlocks = new TreeMap<>();
  private final List<Patch> patches = new ArrayList<>();
  private long[] table;
  private long tableOffset;
  private int tableClusters;

  RefcountPlan(ImageBytes image, Qcow2Header header) {
    this.image = image;
    this.header = header;
    this.refcounts = new Refcounts(image, header);
    this.order = header.books().refcountOrder();
    this.table = refcounts.table().clone();
    this.tableOffset = header.books().refcountTable();
    this.tableClusters = header.books().refcountClusters();
  }

  long tableOffset() {
    return tableOffset;
  }

  int tableClusters() {
    return tableClusters;
  }

  /** Takes {@code clusters} clusters after the end of the file and returns where they start. */
  long take(long clusters) {
    long first = (image.length() + header.clusterBytes() - 1) >>> header.clusterBits();
    long blocks = 0;
    long tables = 0;
    long lastBlock = 0;
    for (boolean settled = false; !settled; ) {
      lastBlock = (first + blocks + tables + clusters - 1) / refcounts.perBlock();
      long blocksNow = missing(first / refcounts.perBlock(), lastBlock);
      long tablesNow =
          lastBlock < table.length ? 0 : roundUp((lastBlock + 1) * 8) >>> header.clusterBits();
      settled = blocksNow == blocks && tablesNow == tables;
      blocks = blocksNow;
      tables = tablesNow;
    }
    long area = first + blocks + tables;
    if (tables > 0) {
      moveTable(first + blocks, tables);
    }
    long nextBlock = first;
    for (long number = first / refcounts.perBlock(); number <= lastBlock; number++) {
      if (table[(int) number] == 0) {
        table[(int) number] = nextBlock << header.clusterBits();
        newBlocks.put(number, nextBlock << header.clusterBits());
        changed.put(number, new byte[header.clusterBytes()]);
        nextBlock++;
      }
    }
    for (long cluster = first; cluster < area + clusters; cluster++) {
      requireFree(cluster);
      set(cluster, 1);
    }
    return area << header.clusterBits();
  }

  private long missing(long firstBlock, long lastBlock) {
    long missing = 0;
    for (long number = firstBlock; number <= lastBlock; number++) {
      missing += number >= table.length || table[(int) number] == 0 ? 1 : 0;
    }
    return missing;
  }

  private void moveTable(long cluster, long clusters) {
    long old = tableOffset >>> header.clusterBits();
    for (int i = 0; i < tableClusters; i++) {
      set(old + i, 0);
    }
    table = Arrays.copyOf(table, (int) ((clusters << header.clusterBits()) / 8));
    tableOffset = cluster << header.clusterBits();
    tableClusters = (int) clusters;
  }

  private void requireFree(long cluster) {
    if (refcounts.at(cluster) != 0) {
      throw new DamagedImage(
          image.name(),
          "it counts clusters after its end as used; qemu-img check -r all mends that");
    }
  }

  /** Frees the clusters of an area. */
  void free(long offset, long length) {
    long last = (offset + length - 1) >>> header.clusterBits();
    for (long cluster = offset >>> header.clusterBits(); cluster <= last; cluster++) {
      set(cluster, 0);
    }
  }

  private void set(long cluster, int count) {
    long number = cluster / refcounts.perBlock();
    if (number >= table.length || table[(int) number] == 0) {
      throw new DamagedImage(image.name(), "nothing counts the use of its cluster " + cluster);
    }
    byte[] block =
        changed.computeIfAbsent(number, n -> refcounts.block(table[(int) (long) n]).clone());
    Refcounts.set(block, (int) (cluster % refcounts.perBlock()), order, count);
  }

  /** All that has to be written, but for the header. */
  List<Patch> patches() {
    changed.forEach((number, block) -> {
      if (newBlocks.containsKey(number)) {
        patches.add(new Patch(table[(int) (long) number], new byte[0], block));
      } else {
        addDifference(
            table[(int) (long) number], refcounts.block(table[(int) (long) number]), block);
      }
    });
    byte[] now = bytes(table, tableClusters);
    if (tableOffset != header.books().refcountTable()) {
      patches.add(new Patch(tableOffset, new byte[0], now));
    } else {
      addDifference(tableOffset, bytes(refcounts.table(), tableClusters), now);
    }
    return patches;
  }

  private byte[] bytes(long[] entries, int clusters) {
    ByteBuffer bytes = ByteBuffer.allocate(clusters << header.clusterBits());
    bytes.asLongBuffer().put(entries);
    return bytes.array();
  }

  private void addDifference(long offset, byte[] before, byte[] after) {
    int from = Arrays.mismatch(before, after);
    if (from >= 0) {
      int to = before.length;
      while (before[to - 1] == after[to - 1]) {
        to--;
      }
      patches.add(
          new Patch(
              offset + from,
              Arrays.copyOfRange(before, from, to),
              Arrays.copyOfRange(after, from, to)));
    }
  }

  private long roundUp(long bytes) {
    return (bytes + header.clusterBytes() - 1) & -(long) header.clusterBytes();
  }
}
