package io.keymoor.disk.qcow2;

import io.keymoor.disk.ImageBytes;

/** What of a file is in use. */
public final class Room {
  private Room() {}

  /**
   * The end of the last cluster that is counted as used, or {@code least} if that is more. Where
   * the refcounts are not to be relied on, all of the file is in use.
   */
  public static long usedUpTo(ImageBytes image, long least) {
    Qcow2Header header = Qcow2Header.read(image);
    if (header.isDirty()) {
      return image.length();
    }
    Refcounts refcounts = new Refcounts(image, header);
    long cluster = (image.length() + header.clusterBytes() - 1) >>> header.clusterBits();
    long first = least >>> header.clusterBits();
    while (cluster > first && refcounts.at(cluster - 1) == 0) {
      cluster--;
    }
    return Math.max(least, Math.min(image.length(), cluster << header.clusterBits()));
  }
}
