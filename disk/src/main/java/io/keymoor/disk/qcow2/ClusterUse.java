package io.keymoor.disk.qcow2;

/** What the clusters of a file are used for, two bits each. Not thread-safe while it is filled. */
final class ClusterUse {
  private static final int PER_LONG = 32;

  private final long count;
  private final long[] uses;

  ClusterUse(long count) {
    this.count = count;
    this.uses = new long[(int) ((count + PER_LONG - 1) / PER_LONG)];
  }

  long count() {
    return count;
  }

  Anatomy.Use at(long cluster) {
    long bits = uses[(int) (cluster / PER_LONG)] >>> (cluster % PER_LONG * 2);
    return Anatomy.Use.numbered((int) (bits & 3));
  }

  void set(long cluster, Anatomy.Use use) {
    int shift = (int) (cluster % PER_LONG * 2);
    int index = (int) (cluster / PER_LONG);
    uses[index] = (uses[index] & ~(3L << shift)) | (long) use.number() << shift;
  }
}
