package io.keymoor.disk.inplace;

import io.keymoor.disk.qcow2.Anatomy;
import java.util.ArrayList;
import java.util.List;

/**
 * A range of clusters of a qcow2 file, with those of its data clusters that are neighbours joined.
 *
 * @param first the first cluster
 * @param after the first cluster after the range
 * @param data where the data lies in the file and in a buffer that holds nothing else
 */
record ClusterRuns(long first, long after, List<Run> data) {
  /** So much at once for each worker. */
  private static final int LONGEST_RUN = 256 * 1024;

  /** Where to ask again whether to go on, though there be no data. */
  private static final long LONGEST_RANGE = 64L << 20;

  /** Bytes at {@code offset} of the file, kept at {@code at} of the buffer. */
  record Run(long offset, int at, int length) {}

  ClusterRuns {
    data = List.copyOf(data);
  }

  boolean isEmpty() {
    return first == after;
  }

  int bytes() {
    return data.isEmpty() ? 0 : data.getLast().at() + data.getLast().length();
  }

  /** The next range from {@code watermark} up, with {@code stride} bytes of data at most. */
  static ClusterRuns upFrom(long watermark, Anatomy anatomy, int clusterBytes, int stride) {
    long after = watermark;
    int data = 0;
    long limit = Math.min(anatomy.clusters(), watermark + longest(clusterBytes));
    while (after < limit) {
      data += isData(anatomy, after) ? clusterBytes : 0;
      if (data > stride) {
        break;
      }
      after++;
    }
    return between(watermark, after, anatomy, clusterBytes);
  }

  /** The next range from {@code watermark} down. */
  static ClusterRuns downFrom(long watermark, Anatomy anatomy, int clusterBytes, int stride) {
    long first = watermark;
    int data = 0;
    long limit = Math.max(0, watermark - longest(clusterBytes));
    while (first > limit) {
      data += isData(anatomy, first - 1) ? clusterBytes : 0;
      if (data > stride) {
        break;
      }
      first--;
    }
    return between(first, watermark, anatomy, clusterBytes);
  }

  private static long longest(int clusterBytes) {
    return Math.max(1, LONGEST_RANGE / clusterBytes);
  }

  private static boolean isData(Anatomy anatomy, long cluster) {
    return anatomy.use(cluster) == Anatomy.Use.DATA;
  }

  static ClusterRuns between(long first, long after, Anatomy anatomy, int clusterBytes) {
    List<Run> runs = new ArrayList<>();
    int at = 0;
    long cluster = first;
    while (cluster < after) {
      if (!isData(anatomy, cluster)) {
        cluster++;
        continue;
      }
      long start = cluster;
      while (cluster < after && isData(anatomy, cluster)) {
        cluster++;
      }
      long end = cluster * clusterBytes;
      for (long offset = start * clusterBytes; offset < end; offset += LONGEST_RUN) {
        int length = (int) Math.min(LONGEST_RUN, end - offset);
        runs.add(new Run(offset, at, length));
        at += length;
      }
    }
    return new ClusterRuns(first, after, runs);
  }
}
