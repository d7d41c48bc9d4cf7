package io.keymoor.disk.qcow2;

import io.keymoor.disk.BlockSource;
import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.Extent;
import io.keymoor.disk.ImageFile;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The disk inside a qcow2 file and, where the file is silent, its backing chain. */
public final class Qcow2Source implements BlockSource {
  private final ImageFile file;
  private final Qcow2Header header;
  private final ClusterMap map;
  private final ClusterCipher cipher;
  private final BlockSource backing;

  Qcow2Source(ImageFile file, Qcow2Header header, ClusterCipher cipher, BlockSource backing) {
    this.file = file;
    this.header = header;
    this.map = new ClusterMap(file, header);
    this.cipher = cipher;
    this.backing = backing;
  }

  /** The bytes of the disk that a file holds itself, without its backing files and any key. */
  public static long allocatedBytes(ImageFile file, Qcow2Header header) {
    return new ClusterMap(file, header).allocatedBytes();
  }

  @Override
  public long sizeBytes() {
    return header.sizeBytes();
  }

  @Override
  public int granularity() {
    return Math.max(header.clusterBytes(), backing.granularity());
  }

  @Override
  public boolean knowsItsHoles() {
    return backing.knowsItsHoles();
  }

  @Override
  public Extent extentAt(long position) {
    long end = map.endOfRun(position, header.sizeBytes());
    return switch (map.at(position)) {
      case Cluster.Data data -> new Extent(position, end - position, Extent.Kind.DATA);
      case Cluster.Compressed compressed -> new Extent(position, end - position, Extent.Kind.DATA);
      case Cluster.Zero zero -> new Extent(position, end - position, Extent.Kind.ZERO);
      case Cluster.Unallocated unallocated -> backingExtent(position, end);
    };
  }

  private Extent backingExtent(long position, long end) {
    if (position >= backing.sizeBytes()) {
      return new Extent(position, end - position, Extent.Kind.ZERO);
    }
    Extent below = backing.extentAt(position);
    return new Extent(position, Math.min(below.end(), end) - position, below.kind());
  }

  @Override
  public void read(long position, byte[] into, int offset, int length) {
    int done = 0;
    while (done < length) {
      long at = position + done;
      int rest = length - done;
      done +=
          switch (map.at(at)) {
            case Cluster.Data data -> readData(data, at, into, offset + done, rest);
            case Cluster.Compressed compressed ->
                readCompressed(compressed, at, into, offset + done, rest);
            case Cluster.Zero zero -> fillZeros(into, offset + done, toUnitEnd(at, rest));
            case Cluster.Unallocated unallocated ->
                readBacking(at, into, offset + done, toUnitEnd(at, rest));
          };
    }
  }

  private int toClusterEnd(long position, int most) {
    return Math.min(most, header.clusterBytes() - inCluster(position));
  }

  private int toUnitEnd(long position, int most) {
    int unit = header.unitBytes();
    return Math.min(most, unit - (int) (position & unit - 1));
  }

  private int inCluster(long position) {
    return (int) (position & header.clusterBytes() - 1);
  }

  /** Neighbours on the disk are mostly neighbours in the file too and are read in one go. */
  private int readData(Cluster.Data first, long position, byte[] into, int offset, int most) {
    int length = toUnitEnd(position, most);
    long hostOffset = first.hostOffset() + inCluster(position);
    while (length < most
        && map.at(position + length) instanceof Cluster.Data next
        && next.hostOffset() + inCluster(position + length) == hostOffset + length) {
      length += Math.min(header.unitBytes(), most - length);
    }
    file.read(hostOffset, into, offset, length);
    cipher.decrypt(hostOffset, into, offset, length);
    return length;
  }

  private int readCompressed(
      Cluster.Compressed cluster, long position, byte[] into, int offset, int most) {
    int length = toClusterEnd(position, most);
    if (length == header.clusterBytes()) {
      inflate(cluster, into, offset);
    } else {
      byte[] whole = new byte[header.clusterBytes()];
      inflate(cluster, whole, 0);
      System.arraycopy(whole, inCluster(position), into, offset, length);
    }
    return length;
  }

  /** Raw deflate; the input is known in whole sectors only, so what follows the end is ignored. */
  private void inflate(Cluster.Compressed cluster, byte[] into, int offset) {
    byte[] compressed = new byte[cluster.length()];
    file.read(cluster.hostOffset(), compressed, 0, compressed.length);
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(compressed);
      int done = 0;
      while (done < header.clusterBytes()) {
        int count = inflater.inflate(into, offset + done, header.clusterBytes() - done);
        if (count == 0) {
          throw new DamagedImage(
              file.name(),
              "the compressed cluster at " + cluster.hostOffset() + " is shorter than a cluster");
        }
        done += count;
      }
    } catch (DataFormatException e) {
      throw new DamagedImage(
          file.name(), "the compressed cluster at " + cluster.hostOffset() + " does not unpack");
    } finally {
      inflater.end();
    }
  }

  private int readBacking(long position, byte[] into, int offset, int length) {
    int below = Math.clamp(backing.sizeBytes() - position, 0, length);
    if (below > 0) {
      backing.read(position, into, offset, below);
    }
    fillZeros(into, offset + below, length - below);
    return length;
  }

  private static int fillZeros(byte[] into, int offset, int length) {
    Arrays.fill(into, offset, offset + length, (byte) 0);
    return length;
  }

  @Override
  public void close() {
    cipher.close();
    file.close();
    backing.close();
  }
}
